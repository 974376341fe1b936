// wire/tickets/issues.h
// Issues of GitHub and of Gitea (Forgejo) -> news of a ticket: opened, edited, labelled, closed, reopened, commented.
// The two have the same fields. The door checks the signature first. Pure, any thread.
#pragma once

#include <string_view>

#include <absl/status/statusor.h>

#include "wire/tickets/ticket_delivery.h"

namespace nightjar {

// True for the events that parse_issue reads, as X-GitHub-Event or X-Gitea-Event names them.
bool is_issue_event(std::string_view event);

// `system`: github or gitea. `received_at`: wall time at the door. INVALID_ARGUMENT: not JSON, or issue.number,
// repository.full_name missing. Body at most 1 MiB.
absl::StatusOr<TicketDelivery> parse_issue(TicketSystem system, std::string_view event, std::string_view delivery,
                                           std::string_view body, Timestamp received_at);

}  // namespace nightjar
