#include "wire/alerts/new_relic.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/alert_draft.h"
#include "wire/alerts/new_relic_legacy.h"
#include "wire/alerts/said.h"
#include "wire/json/foreign.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

std::string first_text(const Json& whole, std::string_view key) {
  const Json& list = foreign::at(whole, {key});
  return list.is_array() && !list.empty() ? said::text(list[0]) : said::text(list);
}

}  // namespace

absl::StatusOr<ReceivedAlerts> parse_new_relic(std::string_view body, Timestamp received_at,
                                               const AlertLimits& limits) {
  const auto whole = said::object(body, "New Relic webhook", limits);
  if (!whole.ok()) return whole.status();
  if (!foreign::at(*whole, {"current_state"}).is_null()) return read_new_relic_legacy(*whole, received_at, limits);
  const std::string state = said::text(*whole, {"state"}), trigger = said::text(*whole, {"trigger"});
  if (said::is_one_of(state, {"ACKNOWLEDGED"}) || trigger.find("ACKNOWLEDG") != std::string::npos)
    return ignored_because("acknowledged by a person");
  AlertDraft draft("new-relic", limits);
  draft.identity("issue_id", said::text(*whole, {"id"}));
  if (!draft.has_identity())
    return invalid_argument(
        "New Relic webhook: \"id\" is missing; keep \"id\": {{{{ json issueId }}}} in the workflow's payload template");
  draft.over = said::is_one_of(state, {"CLOSED", "RESOLVED", "DEACTIVATED"});
  draft.began = said::time(*whole, {"createdAt"});
  draft.ended = said::time(*whole, {"closedAt"});
  if (!draft.ended) draft.ended = said::time(*whole, {"updatedAt"});
  draft.label("state", state);
  draft.label("service", said::text(*whole, {"service"}));
  draft.label("condition", first_text(*whole, "alertConditionNames"));
  draft.label("policy", first_text(*whole, "alertPolicyNames"));
  draft.label("workflow", said::text(*whole, {"workflowName"}));
  draft.entity = first_text(*whole, "impactedEntities");
  draft.label("entity", draft.entity);
  draft.annotation("incidents", said::text(*whole, {"totalIncidents"}));
  draft.alert.name = first_text(*whole, "alertConditionNames");
  draft.alert.summary = said::text(*whole, {"title"}, limits.value_bytes);
  if (draft.alert.name.empty()) draft.alert.name = cut(draft.alert.summary, 200);
  draft.alert.severity = said::text(*whole, {"priority"});
  draft.alert.generator_url = said::text(*whole, {"issueUrl"}, limits.value_bytes);
  return one_alert(std::move(draft).finish(received_at));
}

}  // namespace nightjar
