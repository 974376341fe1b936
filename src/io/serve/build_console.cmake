# Run at build time by embed_console.cmake: copies the console's sources to BUILD, builds them there, zips each file of
# dist/files.txt and writes the assembler file that takes them in and the table that names them.
#   SOURCE, BUILD: folders; NPM, GZIP: programs
function(run_or_stop what)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${BUILD}/console RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${what} failed:\n${output}\nWithout network or npm, configure with -DNIGHTJAR_CONSOLE=OFF.")
  endif()
endfunction()

# The same places beside each other as in the source tree: the console's scripts name ../docs/api/openapi.yaml.
file(MAKE_DIRECTORY ${BUILD}/console ${BUILD}/docs/api)
file(COPY ${SOURCE}/docs/api/openapi.yaml DESTINATION ${BUILD}/docs/api)
file(REMOVE_RECURSE ${BUILD}/console/src)
file(GLOB sources ${SOURCE}/console/*.json ${SOURCE}/console/*.mjs ${SOURCE}/console/.npmrc ${SOURCE}/console/src)
file(COPY ${sources} DESTINATION ${BUILD}/console)

file(SHA256 ${BUILD}/console/package-lock.json lock)
set(installed "")
if(EXISTS ${BUILD}/installed.txt)
  file(READ ${BUILD}/installed.txt installed)
endif()
if(NOT installed STREQUAL lock)
  run_or_stop("npm ci" ${NPM} ci --ignore-scripts --no-audit --no-fund)
  file(WRITE ${BUILD}/installed.txt ${lock})
endif()
run_or_stop("npm run build" ${NPM} run build)

file(STRINGS ${BUILD}/console/dist/files.txt names)
file(REMOVE_RECURSE ${BUILD}/zipped)
file(MAKE_DIRECTORY ${BUILD}/zipped)
set(assembler "# Written by build_console.cmake.\n  .section .note.GNU-stack,\"\",@progbits\n  .section .rodata\n")
set(symbols "")
set(rows "")
set(number 0)
foreach(name ${names})
  if(name STREQUAL "files.txt")
    continue()
  endif()
  execute_process(COMMAND ${GZIP} -9 -n -c ${BUILD}/console/dist/${name} OUTPUT_FILE ${BUILD}/zipped/${name}.gz COMMAND_ERROR_IS_FATAL ANY)
  set(type "application/octet-stream")
  if(name MATCHES "\\.html$")
    set(type "text/html; charset=utf-8")
  elseif(name MATCHES "\\.js$")
    set(type "text/javascript; charset=utf-8")
  elseif(name MATCHES "\\.css$")
    set(type "text/css; charset=utf-8")
  elseif(name MATCHES "\\.svg$")
    set(type "image/svg+xml")
  elseif(name MATCHES "\\.json$")
    set(type "application/json")
  elseif(name MATCHES "\\.woff2$")
    set(type "font/woff2")
  endif()
  set(label nightjar_console_asset_${number})
  string(APPEND assembler "  .global ${label}_begin, ${label}_end\n${label}_begin:\n  .incbin \"${BUILD}/zipped/${name}.gz\"\n${label}_end:\n")
  string(APPEND symbols "extern \"C\" const char ${label}_begin[], ${label}_end[];\n")
  string(APPEND rows "      {\"/${name}\", {${label}_begin, static_cast<std::size_t>(${label}_end - ${label}_begin)}, \"${type}\"},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE ${BUILD}/console_assets.S "${assembler}")
file(WRITE ${BUILD}/console_assets.cc "// Written by build_console.cmake.
#include \"io/serve/console_assets.h\"

${symbols}
namespace nightjar {

std::span<const Asset> console_assets() {
  static const Asset assets[] = {
${rows}  };
  return assets;
}

}  // namespace nightjar
")
