// The table of a build without the console: one page that says so. Zipped here, so
// that the rest of the code knows only one kind of asset.
#include <zlib.h>

#include <string>

#include "io/serve/console_assets.h"

namespace nightjar {
namespace {

constexpr std::string_view kAbsentPage =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>nightjar</title></head><body>"
    "<h1>The console was not built</h1><p>This nightjar was built with NIGHTJAR_CONSOLE=OFF. Everything else works: "
    "the API is under "
    "<a href=\"/api/v1/night\">/api/v1/night</a>, and <code>nightjar incidents</code> tells the same. Build again with "
    "-DNIGHTJAR_CONSOLE=ON, or serve a built folder with --console-dir.</p></body></html>\n";

std::string gzip_of(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string result(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

}  // namespace

std::span<const Asset> console_assets() {
  static const std::string bytes = gzip_of(kAbsentPage);
  static const Asset page[] = {{"/index.html", bytes, "text/html; charset=utf-8"}};
  return page;
}

}  // namespace nightjar
