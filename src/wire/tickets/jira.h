// wire/tickets/jira.h
// Jira's webhooks (Cloud and Data Center) -> news of a ticket: jira:issue_created, jira:issue_updated, comment_created.
// The door checks the signature or token first. Pure, any thread.
#pragma once

#include <string_view>

#include <absl/status/statusor.h>

#include "wire/tickets/ticket_delivery.h"

namespace nightjar {

// `delivery`: the header X-Atlassian-Webhook-Identifier, the same when Jira tries again. Resolved: the status belongs
// to the category "done", or there is a resolution. Services: components. INVALID_ARGUMENT: not JSON, or webhookEvent,
// issue.key missing. Body at most 1 MiB.
absl::StatusOr<TicketDelivery> parse_jira(std::string_view delivery, std::string_view body, Timestamp received_at);

}  // namespace nightjar
