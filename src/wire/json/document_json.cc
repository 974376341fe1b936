#include "wire/json/document_json.h"

#include <nlohmann/json.hpp>

#include "wire/json/describe_action.h"
#include "wire/json/describe_incident.h"
#include "wire/json/describe_notification.h"
#include "wire/json/describe_ticket.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

template <class Noun>
std::string encode_document(const Noun& noun) {
  return canonical(fields::written(noun, fields::Place{}));
}

template <class Noun>
absl::StatusOr<Noun> decode_document(std::string_view document, std::string_view what) {
  auto object = parse_json(document, what, {.body_bytes = 64u << 20, .depth = 32});
  if (!object.ok()) return object.status();
  Noun noun;
  fields::Complaint complaint;
  fields::read(*object, noun, fields::Place{nullptr, what, -1}, complaint);
  if (absl::Status status = complaint.status("document"); !status.ok()) return status;
  return noun;
}

}  // namespace

std::string encode_incident(const Incident& incident) { return encode_document(incident); }
std::string encode_change(const Change& change) { return encode_document(change); }
std::string encode_action(const Action& action) { return encode_document(action); }
std::string encode_ticket(const Ticket& ticket) { return encode_document(ticket); }
std::string encode_delivery(const Delivery& delivery) { return encode_document(delivery); }

absl::StatusOr<Incident> decode_incident(std::string_view document) {
  return decode_document<Incident>(document, "incident");
}
absl::StatusOr<Change> decode_change(std::string_view document) { return decode_document<Change>(document, "change"); }
absl::StatusOr<Action> decode_action(std::string_view document) { return decode_document<Action>(document, "action"); }
absl::StatusOr<Ticket> decode_ticket(std::string_view document) { return decode_document<Ticket>(document, "ticket"); }
absl::StatusOr<Delivery> decode_delivery(std::string_view document) {
  return decode_document<Delivery>(document, "delivery");
}

}  // namespace nightjar
