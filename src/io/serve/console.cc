#include "io/serve/console.h"

#include <fstream>
#include <iterator>
#include <optional>

#include <zlib.h>

#include "base/text.h"
#include "io/serve/console_assets.h"

namespace nightjar {
namespace {

std::string_view content_type_of(std::string_view path) {
  if (path.ends_with(".html")) return "text/html; charset=utf-8";
  if (path.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (path.ends_with(".css")) return "text/css; charset=utf-8";
  if (path.ends_with(".svg")) return "image/svg+xml";
  if (path.ends_with(".json")) return "application/json";
  if (path.ends_with(".woff2")) return "font/woff2";
  return "application/octet-stream";
}

// "/app-V6O7MBMH.js": the name changes with the content, so a browser may keep it for ever.
bool has_hashed_name(std::string_view path) {
  const std::size_t dot = path.rfind('.'), dash = path.rfind('-');
  if (dot == path.npos || dash == path.npos || dot < dash + 9) return false;
  return path.substr(dash + 1, dot - dash - 1).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0123456789") ==
         path.npos;
}

bool looks_like_file(std::string_view path) {
  return content_type_of(path) != "application/octet-stream" || path.ends_with(".ico") || path.ends_with(".map");
}

bool takes_gzip(const HttpRequest& request) {
  return request.header("accept-encoding").find("gzip") != std::string_view::npos;
}

std::string unzip(std::string_view gzip) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return {};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  std::string result;
  char chunk[16384];
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk);
    stream.avail_out = sizeof chunk;
    code = ::inflate(&stream, Z_NO_FLUSH);
    result.append(chunk, sizeof chunk - stream.avail_out);
  }
  inflateEnd(&stream);
  return result;
}

const Asset* find_asset(std::string_view path) {
  for (const Asset& asset : console_assets()) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

HttpAnswer file_answer(std::string_view path, std::string body) {
  HttpAnswer answer{200, std::string(content_type_of(path)), std::move(body), {}};
  answer.headers.emplace_back("Cache-Control",
                              has_hashed_name(path) ? "public, max-age=31536000, immutable" : "no-cache");
  return answer;
}

HttpAnswer embedded_answer(const HttpRequest& request) {
  const Asset* asset = find_asset(request.path);
  // Everything else is an address of the console's own, also /services/shop.payment; but a missing script is no page.
  if (!asset && !looks_like_file(request.path)) asset = find_asset("/index.html");
  if (!asset) return error_answer(404, "not_found", "there is no " + request.path);
  const bool zipped = takes_gzip(request);
  HttpAnswer answer = file_answer(asset->path, zipped ? std::string(asset->gzip) : unzip(asset->gzip));
  answer.headers.emplace_back("Vary", "Accept-Encoding");
  if (zipped) answer.headers.emplace_back("Content-Encoding", "gzip");
  return answer;
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

HttpAnswer directory_answer(const std::string& directory, const HttpRequest& request) {
  // One flat folder, as the console's build makes it: no path of a request ever climbs.
  const std::string name = request.path.substr(1);
  if (!name.empty() && name.find('/') == std::string::npos && name.front() != '.') {
    if (auto body = read_file(directory + "/" + name)) return file_answer(request.path, *std::move(body));
  }
  if (auto index = read_file(directory + "/index.html")) return file_answer("/index.html", *std::move(index));
  return error_answer(404, "not_found", "there is no index.html in " + directory + ": build the console first");
}

}  // namespace

void set_console(Router& router, std::string directory, WorkPool& pool) {
  router.set_fallback([directory = std::move(directory), &pool](std::shared_ptr<HttpRequest> request,
                                                                Responder responder) {
    if (request->path.starts_with("/api/")) {
      return responder.answer(error_answer(
          404, "not_found", "there is no " + cut(request->path, 200) + "; the routes are in docs/api/openapi.yaml"));
    }
    if (directory.empty()) return responder.answer(embedded_answer(*request));
    if (pool.post([directory, request, responder] { responder.answer(directory_answer(directory, *request)); })) return;
    responder.answer(answer_for(unavailable("too many questions are waiting; ask again in a moment")));
  });
}

HttpHeaders security_headers() {
  return {
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src "
       "'self'; "
       "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
  };
}

}  // namespace nightjar
