// wire/json/document_json.h
// The nouns that store/records keeps, each as one canonical JSON document and back. Pure, any thread.
// INVALID_ARGUMENT names the wrong field by its path.
#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "model/action.h"
#include "model/change.h"
#include "model/incident.h"
#include "model/notification.h"
#include "model/ticket.h"

namespace nightjar {

std::string encode_incident(const Incident& incident);
std::string encode_change(const Change& change);
std::string encode_action(const Action& action);
std::string encode_ticket(const Ticket& ticket);
std::string encode_delivery(const Delivery& delivery);
absl::StatusOr<Incident> decode_incident(std::string_view document);
absl::StatusOr<Change> decode_change(std::string_view document);
absl::StatusOr<Action> decode_action(std::string_view document);
absl::StatusOr<Ticket> decode_ticket(std::string_view document);
absl::StatusOr<Delivery> decode_delivery(std::string_view document);

}  // namespace nightjar
