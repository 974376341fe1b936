#include "io/receive/prometheus_history.h"

#include <cctype>
#include <chrono>
#include <fstream>
#include <thread>

#include "base/text.h"
#include "io/net/http_client.h"

namespace nightjar {
namespace {

std::string in_form(std::string_view text) {
  std::string encoded;
  for (const unsigned char c : text) {
    if (std::isalnum(c) || c == '-' || c == '_' || c == '.')
      encoded += static_cast<char>(c);
    else
      encoded += fmt::format("%{:02X}", c);
  }
  return encoded;
}

std::string unix_seconds(Timestamp at) {
  return fmt::format("{}.{:03}", at.ns / 1'000'000'000, at.ns / 1'000'000 % 1000);
}

}  // namespace

absl::StatusOr<std::string> PrometheusHistory::ask(std::string_view method, const std::string& path,
                                                   const std::string& form) const {
  HttpCall call;
  call.method = method;
  call.url = source_.url + path;
  call.body = form;
  call.timeout = source_.timeout;
  call.answer_limit_bytes = kQueryAnswerBytes;
  if (!form.empty()) call.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  if (!source_.bearer_token_file.empty()) {
    std::ifstream in(source_.bearer_token_file);
    std::string token;
    if (!std::getline(in, token) || token.empty())
      return not_found("{}: cannot be read; it holds the token for {}", source_.bearer_token_file, source_.url);
    call.headers.emplace_back("Authorization", "Bearer " + token);
  }
  absl::Status last;
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(std::chrono::seconds(attempt));
    auto reply = call_http(call);
    if (!reply.ok()) {
      last = reply.status();
      if (last.code() == absl::StatusCode::kInvalidArgument || last.code() == absl::StatusCode::kResourceExhausted)
        return last;
      continue;
    }
    // 400 and 422 say in JSON what is wrong.
    if (reply->status == 200 || reply->status == 400 || reply->status == 422) return std::move(reply->body);
    last = unavailable("{} {} answered {}: {}", method, call.url, reply->status, cut(reply->body, 200));
    if (reply->status != 503 && reply->status != 429) return last;
  }
  return last;
}

absl::StatusOr<std::vector<QuerySeries>> PrometheusHistory::range(const std::string& query, Timestamp start,
                                                                  Timestamp end, Duration step) const {
  const auto answer = ask("POST", "/api/v1/query_range",
                          fmt::format("query={}&start={}&end={}&step={}", in_form(query), unix_seconds(start),
                                      unix_seconds(end), step.seconds()));
  if (!answer.ok()) return answer.status();
  return parse_matrix(*answer);
}

absl::StatusOr<std::size_t> PrometheusHistory::count(const std::string& selector, Timestamp start,
                                                     Timestamp end) const {
  const auto answer = ask("POST", "/api/v1/series",
                          fmt::format("{}={}&start={}&end={}", in_form("match[]"), in_form(selector),
                                      unix_seconds(start), unix_seconds(end)));
  if (!answer.ok()) return answer.status();
  return count_series(*answer);
}

std::map<std::string, std::string> PrometheusHistory::types() const {
  const auto answer = ask("GET", "/api/v1/metadata", "");
  if (!answer.ok()) return {};
  auto types = parse_types(*answer);
  return types.ok() ? *std::move(types) : std::map<std::string, std::string>{};
}

}  // namespace nightjar
