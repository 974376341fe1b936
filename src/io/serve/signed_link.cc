#include "io/serve/signed_link.h"

#include "base/hash.h"
#include "base/text.h"
#include "io/net/http_message.h"

namespace nightjar {

std::string sign_approval(std::string_view secret, ActionId action, std::string_view person, std::int64_t expires,
                          std::string_view plan_hash) {
  // A person's name must not be able to move the borders between the parts.
  const std::string text = fmt::format("{}|{}:{}|{}|{}", to_string(action), person.size(), person, expires, plan_hash);
  return to_hex(hmac_sha256(secret, text));
}

absl::Status check_approval_signature(std::string_view secret, const Action& action, std::string_view person,
                                      std::int64_t expires, std::string_view signature, Timestamp now) {
  const std::string expected = sign_approval(secret, action.id, person, expires, action.plan_hash);
  if (secret.empty() || !equal_in_constant_time(expected, signature)) {
    return permission_denied("this link is not valid for {} as it is planned now: open it in the console and sign in",
                             to_string(action.id));
  }
  if (now.ns / 1'000'000'000 >= expires) {
    return permission_denied("this link has expired: open {} in the console and sign in", to_string(action.id));
  }
  return absl::OkStatus();
}

void sign_approval_links(Message& message, std::string_view public_url, std::string_view secret,
                         const std::function<std::optional<Action>(ActionId)>& action_of) {
  const std::string beginning = std::string(public_url) + "/approve?";
  for (MessageLink& link : message.links) {
    if (!link.url.starts_with(beginning)) continue;
    const auto query = parse_query(std::string_view(link.url).substr(beginning.size()));
    const auto id = query.find("action"), person = query.find("person");
    if (id == query.end() || person == query.end() || query.contains("signature")) continue;
    const auto action = action_of(parse_id<ActionTag>(id->second));
    if (!action) continue;
    const std::int64_t expires = action->expires_at.ns / 1'000'000'000;
    link.url += fmt::format("&expires={}&signature={}", expires,
                            sign_approval(secret, action->id, person->second, expires, action->plan_hash));
  }
}

}  // namespace nightjar
