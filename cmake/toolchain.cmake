# Compiler, linker and cache settings. Why each: docs/building.md.
# -fPIC by hand and for all: libraries and programs share the precompiled headers, and a header made with -fPIC does not fit -fPIE.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# -ffp-contract=off: a fused multiply-add would give other bits on another machine, and replay compares bytes.
set(common_flags "-Wall -Wextra -Wno-missing-field-initializers -Werror=return-type -Werror=switch -ffp-contract=off -fno-omit-frame-pointer -fPIC")
set(hardening_flags "-fstack-protector-strong -D_FORTIFY_SOURCE=2 -fstack-clash-protection -fcf-protection")

if(NIGHTJAR_PRESET STREQUAL "release")
  set(CMAKE_CXX_FLAGS "${common_flags} ${hardening_flags} -O2 -g1")
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
elseif(NIGHTJAR_PRESET STREQUAL "dev")
  set(CMAKE_CXX_FLAGS "${common_flags} -O1 -g1")
elseif(NIGHTJAR_PRESET STREQUAL "asan")
  set(CMAKE_CXX_FLAGS "${common_flags} -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=undefined")
elseif(NIGHTJAR_PRESET STREQUAL "fuzz")
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "the fuzz preset needs clang-16: ./dev fuzz sets it")
  endif()
  set(CMAKE_CXX_FLAGS "${common_flags} -O1 -g1 -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined")
else()
  message(FATAL_ERROR "unknown NIGHTJAR_PRESET '${NIGHTJAR_PRESET}': release, dev, asan or fuzz")
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT NIGHTJAR_PRESET STREQUAL "fuzz")
  # Sloppiness: precompiled headers carry times; without it each build folder would miss the cache.
  set(ccache_launcher ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ccache_launcher})
  set(CMAKE_CXX_FLAGS "${CMAKE_CXX_FLAGS} -fpch-preprocess")
endif()
find_program(MOLD mold)
if(MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()
find_package(Threads REQUIRED)
