#include "wire/alerts/dynatrace.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/alert_draft.h"
#include "wire/alerts/said.h"
#include "wire/json/foreign.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

// [{"type":"SERVICE","name":"payment","entity":"SERVICE-D1E2"}]: a service before a host or a process.
std::string entity_of(const Json& entities) {
  if (!entities.is_array()) return {};
  std::string first;
  for (std::size_t i = 0; i < entities.size() && i < 100; ++i) {
    const std::string name = said::text(entities[i], {"name"});
    if (said::is_one_of(said::text(entities[i], {"type"}), {"SERVICE", "APPLICATION"}) && !name.empty()) return name;
    if (first.empty()) first = name;
  }
  return first;
}

std::optional<Timestamp> time_of(const Json& whole, std::string_view key) {
  for (const char* details : {"ProblemDetailsJSONv2", "ProblemDetailsJSON"})
    if (const auto time = said::time(whole, {details, key})) return time;
  return std::nullopt;
}

}  // namespace

absl::StatusOr<ReceivedAlerts> parse_dynatrace(std::string_view body, Timestamp received_at,
                                               const AlertLimits& limits) {
  const auto whole = said::object(body, "Dynatrace notification", limits);
  if (!whole.ok()) return whole.status();
  AlertDraft draft("dynatrace", limits);
  const std::string pid = said::text(*whole, {"PID"}), problem = said::text(*whole, {"ProblemID"});
  draft.identity(pid.empty() ? "problem_id" : "pid", pid.empty() ? problem : pid);
  if (!draft.has_identity())
    return invalid_argument(
        "Dynatrace notification: \"PID\" and \"ProblemID\" are missing; paste the payload of docs/senders.md into the "
        "custom integration");
  const std::string state = said::text(*whole, {"State"});
  draft.over = said::is_one_of(state, {"RESOLVED", "CLOSED", "MERGED"});
  draft.began = time_of(*whole, "startTime");
  draft.ended = time_of(*whole, "endTime");
  draft.label("state", state);
  draft.label("impact", said::text(*whole, {"ProblemImpact"}));
  draft.label("problem_id", problem);
  draft.tags(said::text(*whole, {"Tags"}, limits.body_bytes));
  draft.entity = entity_of(foreign::at(*whole, {"ImpactedEntities"}));
  draft.annotation("details", said::text(*whole, {"ProblemDetails"}, limits.value_bytes));
  draft.annotation("impacted_entity", said::text(*whole, {"ImpactedEntity"}, limits.value_bytes));
  draft.alert.name = said::text(*whole, {"ProblemTitle"});
  draft.alert.severity = said::text(*whole, {"ProblemSeverity"});
  draft.alert.summary = said::text(*whole, {"ImpactedEntity"}, limits.value_bytes);
  draft.alert.generator_url = said::text(*whole, {"ProblemURL"}, limits.value_bytes);
  return one_alert(std::move(draft).finish(received_at));
}

}  // namespace nightjar
