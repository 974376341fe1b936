// io/net/router.h
// Which handler answers which request: method and path pattern. Filled before the server starts, then read only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/net/http_message.h"
#include "io/net/responder.h"

namespace nightjar {

// Called on a thread of the server: must not wait for anything. The request lives as long as it is held.
using HttpHandler = std::function<void(std::shared_ptr<HttpRequest>, Responder)>;

struct Route {
  std::string method;   // GET also answers HEAD
  std::string pattern;  // "/api/v1/incidents/{id}": a {name} takes one segment that is not empty
  HttpHandler handle;
  std::size_t body_limit_bytes = 64 * 1024;  // as sent; over it 413 without reading on
  // Asked after the headers and before the body is read: tokens, media types. Empty: all may come in.
  std::function<absl::Status(const HttpRequest&)> admit;
  // Says in the route's own protocol what admit, the limits or the budget refused. Empty: answer_for().
  std::function<HttpAnswer(const HttpRequest&, const absl::Status&)> refuse;
};

class Router {
 public:
  void add(Route route);
  // For GET and HEAD of paths no route knows (the console). Empty: 404.
  void set_fallback(HttpHandler handle);

  struct Match {
    const Route* route = nullptr;  // nullptr: `problem` is the answer
    std::map<std::string, std::string> parameters;
    HttpAnswer problem;
  };
  // `path` as it was sent, still percent-encoded. Among several patterns the one with the fewer parameters wins.
  Match find(std::string_view method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
  Route fallback_;
};

}  // namespace nightjar
