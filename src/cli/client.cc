#include "cli/client.h"

#include <fstream>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/net/http_client.h"

namespace nightjar {

absl::StatusOr<nlohmann::json> ask(const Remote& remote, const std::string& path, const std::string& body) {
  HttpCall call;
  call.method = body.empty() ? "GET" : "POST";
  call.url = remote.url + path;
  call.body = body;
  call.answer_limit_bytes = 16u << 20;
  call.headers.emplace_back("X-Nightjar-Client", "cli");  // how a vote is said to have come
  if (!body.empty()) call.headers.emplace_back("Content-Type", "application/json");
  if (!remote.token_file.empty()) {
    std::ifstream in(remote.token_file);
    std::string token;
    if (!std::getline(in, token)) return not_found("{}: cannot be read; it holds your token", remote.token_file);
    call.headers.emplace_back("Authorization", "Bearer " + token);
  }
  const auto reply = call_http(call);
  if (!reply.ok())
    return unavailable("{}: {}; is nightjar serve running? --url says where", remote.url, message_of(reply.status()));
  nlohmann::json answer = nlohmann::json::parse(reply->body, nullptr, false);
  if (answer.is_discarded())
    return internal_error("{} answered {} with something that is not JSON", call.url, reply->status);
  if (reply->status >= 300) {
    const auto message =
        answer.contains("error") && answer["error"].is_object() ? text_of(answer["error"], "message") : reply->body;
    return failed_precondition("{} ({})", message, reply->status);
  }
  return answer;
}

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return {};
  return for_terminal(found->is_string() ? found->get<std::string>() : found->dump());
}

std::string for_terminal(std::string text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7f) text[i] = ' ';
    // U+0080 to U+009F are control characters too, two bytes in UTF-8; a terminal may obey U+009B as it obeys ESC [.
    const bool has_next = i + 1 < text.size();
    if (c == 0xc2 && has_next && static_cast<unsigned char>(text[i + 1]) < 0xa0) text[i] = ' ', text[++i] = ' ';
  }
  return text;
}

int fail(const absl::Status& status) {
  fmt::print(stderr, "nightjar: {}\n", message_of(status));
  return 1;
}

}  // namespace nightjar
