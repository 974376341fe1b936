#include "io/serve/api_request.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace nightjar {
namespace {

absl::StatusOr<Timestamp> asked_time(const HttpRequest& request, std::string_view name, Timestamp otherwise) {
  const std::string_view text = request.query_value(name);
  if (text.empty()) return otherwise;
  const auto time = parse_rfc3339(text);
  if (!time)
    return invalid_argument("{}='{}' is no RFC 3339 time: write it as in 2026-11-24T22:50:40Z", name, cut(text, 100));
  return *time;
}

}  // namespace

absl::StatusOr<TimeRange> asked_range(const HttpRequest& request, Timestamp now) {
  const auto to = asked_time(request, "to", now);
  if (!to.ok()) return to.status();
  const auto from = asked_time(request, "from", *to - hours(24));
  if (!from.ok()) return from.status();
  if (*from >= *to) return invalid_argument("from={} is not before to={}", to_rfc3339(*from), to_rfc3339(*to));
  return TimeRange{*from, *to};
}

absl::StatusOr<int> asked_limit(const HttpRequest& request) {
  const std::string_view text = request.query_value("limit");
  if (text.empty()) return 200;
  int limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit < 1 || limit > 1000) {
    return invalid_argument("limit='{}' is not a number from 1 to 1000", cut(text, 100));
  }
  return limit;
}

std::string to_text(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void add_read_route(Router& router, WorkPool& pool, std::string pattern, Read read) {
  router.add({"GET", std::move(pattern),
              [&pool, read = std::move(read)](std::shared_ptr<HttpRequest> request, Responder responder) {
                const bool taken = pool.post([read, request, responder] {
                  auto json = read(*request);
                  HttpAnswer answer = json.ok() ? json_answer(200, to_text(*json)) : answer_for(json.status());
                  answer.headers.emplace_back("Cache-Control", "no-store");
                  responder.answer(std::move(answer));
                });
                if (!taken)
                  responder.answer(answer_for(unavailable("too many questions are waiting; ask again in a moment")));
              }});
}

}  // namespace nightjar
