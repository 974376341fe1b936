#include "wire/alerts/gcp.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/alert_draft.h"
#include "wire/alerts/said.h"
#include "wire/json/foreign.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

void read_labels(AlertDraft& draft, const Json& labels, const AlertLimits& limits) {
  if (!labels.is_object()) return;
  for (const auto& [name, value] : labels.items()) draft.label(name, said::text(value, limits.value_bytes));
}

// The resource's own word for what people call the service: Cloud Run, GKE, App Engine, Cloud Functions, Cloud SQL.
std::string service_of(const Json& resource) {
  for (const char* name :
       {"service_name", "container_name", "top_level_controller_name", "module_id", "function_name", "database_id"})
    if (std::string value = said::text(resource, {"labels", name}); !value.empty()) return value;
  return {};
}

}  // namespace

absl::StatusOr<ReceivedAlerts> parse_gcp(std::string_view body, Timestamp received_at, const AlertLimits& limits) {
  const auto whole = said::object(body, "Google Cloud webhook", limits);
  if (!whole.ok()) return whole.status();
  const Json& incident = foreign::at(*whole, {"incident"});
  AlertDraft draft("gcp", limits);
  draft.identity("incident_id", said::text(incident, {"incident_id"}));
  if (!draft.has_identity())
    return invalid_argument(
        "Google Cloud webhook: incident.incident_id is missing; use a notification channel of the kind Webhook");
  const std::string state = said::text(incident, {"state"});
  draft.over = said::is_one_of(state, {"closed"});
  draft.began = said::time(incident, {"started_at"});
  draft.ended = said::time(incident, {"ended_at"});
  draft.label("state", state);
  draft.label("project", said::text(incident, {"scoping_project_id"}));
  draft.label("policy", said::text(incident, {"policy_name"}));
  draft.label("resource_type", said::text(incident, {"resource", "type"}));
  draft.label("metric", said::text(incident, {"metric", "type"}));
  // What people wrote themselves outranks what the platform says.
  read_labels(draft, foreign::at(incident, {"policy_user_labels"}), limits);
  read_labels(draft, foreign::at(incident, {"metadata", "user_labels"}), limits);
  read_labels(draft, foreign::at(incident, {"resource", "labels"}), limits);
  read_labels(draft, foreign::at(incident, {"metric", "labels"}), limits);
  draft.entity = service_of(foreign::at(incident, {"resource"}));
  if (draft.entity.empty()) draft.entity = said::text(incident, {"resource_display_name"});
  if (draft.entity.empty()) draft.entity = said::text(incident, {"resource_name"});
  draft.annotation("documentation", said::text(incident, {"documentation", "content"}, limits.value_bytes));
  draft.annotation("observed_value", said::text(incident, {"observed_value"}));
  draft.annotation("threshold_value", said::text(incident, {"threshold_value"}));
  draft.alert.name = said::text(incident, {"condition_name"});
  if (draft.alert.name.empty()) draft.alert.name = said::text(incident, {"policy_name"});
  draft.alert.instance = {said::text(incident, {"resource", "labels", "instance_id"})};
  draft.alert.severity = said::text(incident, {"severity"});
  draft.alert.summary = said::text(incident, {"summary"}, limits.value_bytes);
  draft.alert.generator_url = said::text(incident, {"url"}, limits.value_bytes);
  return one_alert(std::move(draft).finish(received_at));
}

}  // namespace nightjar
