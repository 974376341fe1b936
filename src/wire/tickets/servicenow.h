// wire/tickets/servicenow.h
// What our ServiceNow business rule posts -> news of a ticket. The script is in docs/senders/tickets.md, so the body is
// ours:
//
//   {"number":"INC0010023","sys_id":"…","operation":"insert","state":"1","previous_state":"","short_description":"…",
//    "description":"…","comment":"…","priority":"2","cmdb_ci":"payment","business_service":"…","correlation_id":"…",
//    "opened_at":"2026-11-24 22:50:00","updated_at":"…","updated_by":"ada","url":"https://…"}
//
// Pure, any thread.
#pragma once

#include <string_view>

#include <absl/status/statusor.h>

#include "wire/tickets/ticket_delivery.h"

namespace nightjar {

// Resolved: state 6 (resolved), 7 (closed) or 8 (cancelled). Times are UTC. INVALID_ARGUMENT: not JSON, or number,
// state missing. Body at most 1 MiB.
absl::StatusOr<TicketDelivery> parse_servicenow(std::string_view body, Timestamp received_at);

}  // namespace nightjar
