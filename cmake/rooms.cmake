# room(name SOURCES a.cc ... [LINK lib ...] [PCH pure|io]): one static library per room, named nightjar_<name>.
# room_test(name SOURCES a_test.cc ... [LINK lib ...]): one test program per room, registered with ctest.
# Three precompiled headers are shared by all rooms (pure, io, test): one per library costs more than it saves (docs/building.md).

function(nightjar_pch_target name)
  cmake_parse_arguments(P "" "" "HEADERS;LINK" ${ARGN})
  set(source ${CMAKE_BINARY_DIR}/pch/${name}.cc)
  file(GENERATE OUTPUT ${source} CONTENT "// Owner of the ${name} precompiled header.\n")
  add_library(nightjar_pch_${name} STATIC ${source})
  target_link_libraries(nightjar_pch_${name} PUBLIC ${P_LINK})
  target_precompile_headers(nightjar_pch_${name} PRIVATE ${P_HEADERS})
endfunction()

nightjar_pch_target(pure
  HEADERS <algorithm> <array> <cmath> <compare> <cstdint> <map> <memory> <optional> <set> <span> <string> <string_view> <tuple> <utility> <variant> <vector>
          <absl/status/status.h> <absl/status/statusor.h> <fmt/format.h>
  LINK absl::status absl::statusor absl::flat_hash_map fmt::fmt Threads::Threads)
nightjar_pch_target(io
  HEADERS <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <mutex> <optional> <string> <string_view> <thread> <utility> <variant> <vector>
          <absl/status/status.h> <absl/status/statusor.h> <fmt/format.h> <boost/asio.hpp> <boost/beast/core.hpp> <boost/beast/http.hpp>
  LINK absl::status absl::statusor absl::flat_hash_map fmt::fmt spdlog::spdlog Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
if(NIGHTJAR_TESTS)
  nightjar_pch_target(test
    HEADERS <algorithm> <cstdint> <map> <memory> <optional> <string> <string_view> <utility> <variant> <vector>
            <absl/status/status.h> <absl/status/statusor.h> <fmt/format.h> <gmock/gmock.h> <gtest/gtest.h>
    LINK absl::status absl::statusor absl::flat_hash_map fmt::fmt GTest::gmock GTest::gtest Threads::Threads)
endif()

function(room name)
  cmake_parse_arguments(R "" "PCH" "SOURCES;LINK" ${ARGN})
  if(NOT R_PCH)
    set(R_PCH pure)
  endif()
  add_library(nightjar_${name} STATIC ${R_SOURCES})
  target_include_directories(nightjar_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(nightjar_${name} PUBLIC nightjar_pch_${R_PCH} ${R_LINK})
  target_precompile_headers(nightjar_${name} REUSE_FROM nightjar_pch_${R_PCH})
endfunction()

function(room_test name)
  if(NOT NIGHTJAR_TESTS)
    return()
  endif()
  cmake_parse_arguments(R "" "TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT R_TIMEOUT)
    set(R_TIMEOUT 120)
  endif()
  add_executable(${name}_test ${R_SOURCES})
  target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name}_test PRIVATE ${R_LINK} nightjar_pch_test GTest::gtest_main)
  target_precompile_headers(${name}_test REUSE_FROM nightjar_pch_test)
  target_compile_definitions(${name}_test PRIVATE NIGHTJAR_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${R_TIMEOUT})
endfunction()
