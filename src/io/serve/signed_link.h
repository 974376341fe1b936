// io/serve/signed_link.h
// The link in a message that lets one named person decide about one exact plan until it expires: HMAC-SHA256 over
// action, person, expiry and plan hash. A changed plan makes the link worthless. Pure; any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "model/action.h"
#include "model/notification.h"

namespace nightjar {

// Hex. `expires` in Unix seconds.
std::string sign_approval(std::string_view secret, ActionId action, std::string_view person, std::int64_t expires,
                          std::string_view plan_hash);

// permission_denied: forged, made for another plan, or expired at `now`.
absl::Status check_approval_signature(std::string_view secret, const Action& action, std::string_view person,
                                      std::int64_t expires, std::string_view signature, Timestamp now);

// Signs in place every link of `message` that reads "{public_url}/approve?action=act-7&person=ada", as the engine words
// them: it has no secret. A link whose action is not known stays as it is and opens the console's page, which asks for
// a token. Called when a message is delivered, not when it is decided.
void sign_approval_links(Message& message, std::string_view public_url, std::string_view secret,
                         const std::function<std::optional<Action>(ActionId)>& action_of);

}  // namespace nightjar
