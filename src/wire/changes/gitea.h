// wire/changes/gitea.h
// Gitea's (and Forgejo's) webhooks -> changes: push to the default branch or of a tag, a created tag, a published
// release, a merged pull request. Issues: wire/tickets/issues.h. Pure, any thread.
#pragma once

#include <string_view>

#include <absl/status/statusor.h>

#include "wire/changes/change_delivery.h"

namespace nightjar {

// `event` and `delivery` are the headers X-Gitea-Event and X-Gitea-Delivery. INVALID_ARGUMENT: not JSON, or what every
// such event has is missing. Body at most 1 MiB.
absl::StatusOr<ChangeDelivery> parse_gitea(std::string_view event, std::string_view delivery, std::string_view body,
                                           Timestamp received_at);

}  // namespace nightjar
