// wire/tickets/ticket_delivery.h
// What a webhook of a ticket system told: news of one ticket, or why it is none. Every decoder of wire/tickets returns
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/ticket.h"

namespace nightjar {

// Why a delivery that was understood is no news. All are answered with success.
enum class TicketIgnored : std::uint8_t {
  none,
  event_not_watched,
  action_not_watched,  // assigned, pinned, moved, …
  pull_request         // GitHub and Gitea tell of their comments as if they were issues
};
std::string_view word(TicketIgnored reason);

struct TicketDelivery {
  std::optional<TicketEvent> ticket;  // empty exactly when it is ignored
  TicketIgnored ignored = TicketIgnored::none;
};

}  // namespace nightjar
