// wire/tickets/ticket_words.h
// What tickets of all systems have in common: our own marks in their text, services named in labels, lists within
// limits. Used by the decoders of wire/tickets. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "model/ticket.h"

namespace nightjar {

inline constexpr std::size_t kTicketTextBytes = 2048, kTicketLabels = 50;

// The incident that a ticket of ours is about: "nightjar:inc-7" in a body, "nightjar-inc-7" as a label or correlation
// id. nullopt when there is no such mark.
std::optional<IncidentId> our_incident(std::string_view text);
// A comment that we wrote ("nightjar:ntf-12") and that now comes back to us.
bool is_our_note(std::string_view text);
// "service:payment", "service/payment", "service=payment" -> "payment"; "" for other labels.
std::string service_of_label(std::string_view label);
// Texts of a list, or the texts at `field` of a list of objects; at most kTicketLabels of 100 bytes.
std::vector<std::string> texts_of(const nlohmann::json& list, std::string_view field = {});
// Adds each service that a label names to `event.services`, and our mark in a label to `event.incident`.
void read_labels(TicketEvent& event);

}  // namespace nightjar
