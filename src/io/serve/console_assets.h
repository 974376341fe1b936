// io/serve/console_assets.h
// The console's files as they are in the binary. Two libraries give this table: the embedded one of a build with
// NIGHTJAR_CONSOLE, and a page that says it was not built.
#pragma once

#include <span>
#include <string_view>

namespace nightjar {

struct Asset {
  std::string_view path;  // "/app-V6O7MBMH.js", "/index.html"
  std::string_view gzip;  // bytes
  std::string_view content_type;
};

std::span<const Asset> console_assets();

}  // namespace nightjar
