#include "io/net/router.h"

#include <optional>

#include "base/check.h"

namespace nightjar {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> result;
  while (!path.empty() && path.front() == '/') {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    result.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return result;
}

bool is_parameter(std::string_view segment) { return segment.size() > 2 && segment.front() == '{'; }

std::optional<std::map<std::string, std::string>> match_pattern(std::string_view pattern, std::string_view path) {
  const auto wanted = segments_of(pattern), given = segments_of(path);
  if (wanted.size() != given.size()) return std::nullopt;
  std::map<std::string, std::string> parameters;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (is_parameter(wanted[i]) && !given[i].empty()) {
      auto value = decode_url(given[i], false);  // after splitting: a service may be called "shop/payment"
      if (!value) return std::nullopt;
      parameters.emplace(wanted[i].substr(1, wanted[i].size() - 2), *std::move(value));
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

bool method_fits(std::string_view route, std::string_view asked) {
  return route == asked || (route == "GET" && asked == "HEAD");
}

}  // namespace

void Router::add(Route route) {
  CHECK(!route.pattern.empty() && route.pattern.front() == '/' && route.handle);
  routes_.push_back(std::move(route));
}

void Router::set_fallback(HttpHandler handle) { fallback_ = {"GET", "/", std::move(handle), 0, {}, {}}; }

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match best;
  std::string allowed;
  for (const Route& route : routes_) {
    auto parameters = match_pattern(route.pattern, path);
    if (!parameters) continue;
    if (!method_fits(route.method, method)) {
      if (allowed.find(route.method) == std::string::npos) allowed += (allowed.empty() ? "" : ", ") + route.method;
      continue;
    }
    if (!best.route || parameters->size() < best.parameters.size()) {
      best.route = &route;
      best.parameters = std::move(*parameters);
    }
  }
  if (best.route) return best;
  if (!allowed.empty()) {
    best.problem = error_answer(405, "method_not_allowed", fmt::format("{} takes {}", path, allowed));
    best.problem.headers.emplace_back("Allow", allowed);
  } else if (fallback_.handle && method_fits("GET", method)) {
    best.route = &fallback_;
  } else {
    best.problem =
        error_answer(404, "not_found", fmt::format("there is no {}; the routes are in docs/api/openapi.yaml", path));
  }
  return best;
}

}  // namespace nightjar
