# Builds the console with npm outside the source tree and takes its files into the binary: nightjar_console_embedded.
# npm runs again only when a source of the console changed; `npm ci` only when the lock file did.
find_program(NPM npm REQUIRED)
find_program(GZIP gzip REQUIRED)

set(console_source ${CMAKE_SOURCE_DIR}/console)
set(console_build ${CMAKE_BINARY_DIR}/console)
file(GLOB_RECURSE console_inputs CONFIGURE_DEPENDS ${console_source}/src/*)
list(FILTER console_inputs EXCLUDE REGEX "/api\\.d\\.ts$") # made by the build
list(APPEND console_inputs ${console_source}/build.mjs ${console_source}/package.json ${console_source}/package-lock.json
     ${console_source}/tsconfig.json ${CMAKE_SOURCE_DIR}/docs/api/openapi.yaml)

add_custom_command(
  OUTPUT ${console_build}/console_assets.S ${console_build}/console_assets.cc
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DBUILD=${console_build} -DNPM=${NPM} -DGZIP=${GZIP}
          -P ${CMAKE_CURRENT_LIST_DIR}/build_console.cmake
  DEPENDS ${console_inputs} ${CMAKE_CURRENT_LIST_DIR}/build_console.cmake
  COMMENT "Building the console"
  VERBATIM)

add_library(nightjar_console_embedded STATIC ${console_build}/console_assets.S ${console_build}/console_assets.cc)
target_include_directories(nightjar_console_embedded PUBLIC ${CMAKE_SOURCE_DIR}/src)
