#include "wire/json/input_json.h"

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/text.h"
#include "wire/json/describe_action.h"
#include "wire/json/describe_change.h"
#include "wire/json/describe_config.h"
#include "wire/json/describe_notification.h"
#include "wire/json/describe_ticket.h"
#include "wire/json/parse.h"
#include "wire/json/tagged.h"

namespace nightjar {

// Beside the nouns, where write_tagged finds them.
static std::string_view tag_of(const ApproveAction*) { return "approve_action"; }
static std::string_view tag_of(const RejectAction*) { return "reject_action"; }
static std::string_view tag_of(const AcknowledgeIncident*) { return "acknowledge_incident"; }
static std::string_view tag_of(const SetKillSwitch*) { return "set_kill_switch"; }
static std::string_view tag_of(const Tick*) { return "tick"; }
static std::string_view tag_of(const SignalsArrived*) { return "signals_arrived"; }
static std::string_view tag_of(const AlertsArrived*) { return "alerts_arrived"; }
static std::string_view tag_of(const ChangeArrived*) { return "change_arrived"; }
static std::string_view tag_of(const TicketArrived*) { return "ticket_arrived"; }
static std::string_view tag_of(const CommandArrived*) { return "command_arrived"; }
static std::string_view tag_of(const ActionReported*) { return "action_reported"; }
static std::string_view tag_of(const DeliveryReported*) { return "delivery_reported"; }
static std::string_view tag_of(const HandPresence*) { return "hand_presence"; }
static std::string_view tag_of(const ConfigApplied*) { return "config_applied"; }

namespace fields {

nlohmann::json written(const Command& command, const Place&) {
  nlohmann::json object{{"person", command.person}};
  write_tagged(object, command.what);
  return object;
}

void read(const nlohmann::json& j, Command& command, const Place& place, Complaint& complaint) {
  if (!j.is_object()) return complaint.say(place, "an object", j);
  JsonReader(j, place, complaint)("person", command.person);
  if (read_tagged(j, command.what, place, complaint) != TagFound::one)
    complaint.say(place, "exactly one of approve_action, reject_action, acknowledge_incident, set_kill_switch", j);
}

template <class Walk>
void describe(Walk&, Of<Walk, Tick>&) {}
template <class Walk>
void describe(Walk& walk, Of<Walk, AlertsArrived>& v) {
  walk("alerts", v.alerts);
}
template <class Walk>
void describe(Walk& walk, Of<Walk, HandPresence>& v) {
  walk("connected", v.connected);
}
template <class Walk>
void describe(Walk& walk, Of<Walk, ConfigApplied>& v) {
  walk("config", v.config);
  walk("hash", v.hash);
}

// These are told as the one thing they carry, without a level between.
nlohmann::json written(const ChangeArrived& v, const Place& place) { return written(v.event, place); }
nlohmann::json written(const TicketArrived& v, const Place& place) { return written(v.event, place); }
nlohmann::json written(const CommandArrived& v, const Place& place) { return written(v.command, place); }
nlohmann::json written(const ActionReported& v, const Place& place) { return written(v.report, place); }
nlohmann::json written(const DeliveryReported& v, const Place& place) { return written(v.report, place); }
void read(const nlohmann::json& j, ChangeArrived& v, const Place& place, Complaint& complaint) {
  read(j, v.event, place, complaint);
}
void read(const nlohmann::json& j, TicketArrived& v, const Place& place, Complaint& complaint) {
  read(j, v.event, place, complaint);
}
void read(const nlohmann::json& j, CommandArrived& v, const Place& place, Complaint& complaint) {
  read(j, v.command, place, complaint);
}
void read(const nlohmann::json& j, ActionReported& v, const Place& place, Complaint& complaint) {
  read(j, v.report, place, complaint);
}
void read(const nlohmann::json& j, DeliveryReported& v, const Place& place, Complaint& complaint) {
  read(j, v.report, place, complaint);
}

// Kept as its raw body in a record of its own.
nlohmann::json written(const SignalsArrived&, const Place&) {
  CHECK(false && "SignalsArrived is written by encode_signals_record");
  return {};
}
void read(const nlohmann::json& j, SignalsArrived&, const Place& place, Complaint& complaint) {
  complaint.say(place, "signals only in the journal of signals", j);
}

}  // namespace fields

std::string encode_input(const Input& input) {
  nlohmann::json object{{"sequence", input.sequence}, {"time", input.time.ns}};
  fields::write_tagged(object, input.body);
  return canonical(object);
}

absl::StatusOr<Input> decode_input(std::string_view line) {
  // Our own lines: an Alertmanager body of 64 MiB is one of them, so the door's limits do not hold here.
  auto object = parse_json(line, "input", {.body_bytes = 256u << 20, .depth = 32});
  if (!object.ok()) return object.status();
  if (!object->is_object()) return invalid_argument("input: expected an object, found {}", object->type_name());
  Input input;
  fields::Complaint complaint;
  const fields::Place root{nullptr, "input", -1};
  for (const char* required : {"sequence", "time"})
    if (!object->contains(required)) return invalid_argument("input: \"{}\" is missing", required);
  fields::JsonReader walk(*object, root, complaint);
  walk("sequence", input.sequence);
  walk("time", input.time);
  const auto tags = fields::read_tagged(*object, input.body, root, complaint);
  if (tags == fields::TagFound::none)
    return invalid_argument("input: names nothing that this version knows; was this journal written by a newer one?");
  if (tags == fields::TagFound::several) return invalid_argument("input: more than one thing happened in one line");
  if (absl::Status status = complaint.status("decode"); !status.ok()) return status;
  return input;
}

}  // namespace nightjar
