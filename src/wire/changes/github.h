// wire/changes/github.h
// GitHub's webhooks -> ChangeEvent: `deployment`, `deployment_status`, and `push` to the default branch or of a tag.
// The door checks the signature over the raw bytes first and parses only then. Pure, any thread.
#pragma once

#include <optional>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "model/change.h"

namespace nightjar {

// `header` is X-Hub-Signature-256 ("sha256=" and 64 hexadecimal digits), an HMAC of exactly the bytes received.
// UNAUTHENTICATED when it is missing, malformed or wrong; which of them is said, the difference is not.
absl::Status check_github_signature(std::string_view header, std::string_view body, std::string_view secret);

// Why a delivery that was understood is not a change. All are answered with success.
enum class GithubIgnored : std::uint8_t {
  none,
  ping,
  event_not_watched,  // any other X-GitHub-Event
  other_branch,       // a push that is neither to the default branch nor of a tag
  branch_deleted,
  deployment_inactive,  // an older deployment makes room for a newer one
};
std::string_view word(GithubIgnored reason);

struct GithubDelivery {
  std::optional<ChangeEvent> change;
  GithubIgnored ignored = GithubIgnored::none;
};

// `event` and `delivery` are the headers X-GitHub-Event and X-GitHub-Delivery. `received_at`: wall time at the door.
// INVALID_ARGUMENT: not JSON, or what every such event has is missing. Body at most 1 MiB.
//
// What a deployment is about, in this order: `deployment.payload` (an object, or the text of one) with service,
// version, previous_version and intent (one of our action ids); else a task "deploy:payment", a ref such as
// "payment@2.4.1", "payment/v2.4.1" or "payment-v2.4.1", an environment "production/payment". Version: else the ref
// when it looks like one, else the commit.
absl::StatusOr<GithubDelivery> parse_github(std::string_view event, std::string_view delivery, std::string_view body,
                                            Timestamp received_at);

}  // namespace nightjar
