#include "wire/json/effect_json.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/json/describe_action.h"
#include "wire/json/describe_incident.h"
#include "wire/json/describe_notification.h"
#include "wire/json/describe_rollup.h"
#include "wire/json/describe_ticket.h"
#include "wire/json/parse.h"
#include "wire/json/tagged.h"

namespace nightjar {

// Beside the nouns, where write_tagged finds them.
static std::string_view tag_of(const SaveIncident*) { return "save_incident"; }
static std::string_view tag_of(const SaveChange*) { return "save_change"; }
static std::string_view tag_of(const SaveAction*) { return "save_action"; }
static std::string_view tag_of(const SaveTicket*) { return "save_ticket"; }
static std::string_view tag_of(const DispatchAction*) { return "dispatch_action"; }
static std::string_view tag_of(const Deliver*) { return "deliver"; }
static std::string_view tag_of(const KillSwitchSet*) { return "kill_switch_set"; }
static std::string_view tag_of(const CloseWindow*) { return "close_window"; }

namespace fields {

template <class Walk>
void describe(Walk& walk, Of<Walk, KillSwitchSet>& v) {
  walk("on", v.on);
  walk("person", v.person);
}

// Each of these is told as the one thing it carries.
nlohmann::json written(const SaveIncident& v, const Place& place) { return written(v.incident, place); }
nlohmann::json written(const SaveChange& v, const Place& place) { return written(v.change, place); }
nlohmann::json written(const SaveAction& v, const Place& place) { return written(v.action, place); }
nlohmann::json written(const SaveTicket& v, const Place& place) { return written(v.ticket, place); }
nlohmann::json written(const DispatchAction& v, const Place& place) { return written(v.action, place); }
nlohmann::json written(const Deliver& v, const Place& place) { return written(v.delivery, place); }
void read(const nlohmann::json& j, SaveIncident& v, const Place& place, Complaint& complaint) {
  read(j, v.incident, place, complaint);
}
void read(const nlohmann::json& j, SaveChange& v, const Place& place, Complaint& complaint) {
  read(j, v.change, place, complaint);
}
void read(const nlohmann::json& j, SaveAction& v, const Place& place, Complaint& complaint) {
  read(j, v.action, place, complaint);
}
void read(const nlohmann::json& j, SaveTicket& v, const Place& place, Complaint& complaint) {
  read(j, v.ticket, place, complaint);
}
void read(const nlohmann::json& j, DispatchAction& v, const Place& place, Complaint& complaint) {
  read(j, v.action, place, complaint);
}
void read(const nlohmann::json& j, Deliver& v, const Place& place, Complaint& complaint) {
  read(j, v.delivery, place, complaint);
}

nlohmann::json written(const CloseWindow& v, const Place&) {
  DigestWriter digest;
  digest.add(v.rollups);
  digest.add(v.judgement);
  return {{"start", v.rollups.window.start.ns},        {"end", v.rollups.window.end.ns},
          {"requests", v.rollups.requests.size()},     {"dependencies", v.rollups.dependencies.size()},
          {"statements", v.rollups.statements.size()}, {"patterns", v.rollups.patterns.size()},
          {"metric_points", v.rollups.metric_points},  {"late", v.rollups.late},
          {"expected", v.judgement.expected.size()},   {"anomalies", v.judgement.anomalies.size()},
          {"forecasts", v.judgement.forecasts.size()}, {"digest", to_hex(digest.finish())}};
}
void read(const nlohmann::json&, CloseWindow&, const Place&, Complaint&) {}

}  // namespace fields

std::string encode_effect(const Effect& effect) {
  nlohmann::json object = nlohmann::json::object();
  fields::write_tagged(object, effect);
  return canonical(object);
}

absl::StatusOr<Effect> decode_effect(std::string_view line) {
  auto object = parse_json(line, "effect", {.body_bytes = 256u << 20, .depth = 32});
  if (!object.ok()) return object.status();
  if (!object->is_object()) return invalid_argument("effect: expected an object, found {}", object->type_name());
  Effect effect;
  fields::Complaint complaint;
  const auto tags = fields::read_tagged(*object, effect, fields::Place{nullptr, "effect", -1}, complaint);
  if (tags != fields::TagFound::one)
    return invalid_argument("effect: names nothing that this version knows; was this journal written by a newer one?");
  if (std::holds_alternative<CloseWindow>(effect))
    return failed_precondition("effect: of a closed window only the digest is kept; replay its inputs to get it back");
  if (absl::Status status = complaint.status("decode"); !status.ok()) return status;
  return effect;
}

}  // namespace nightjar
