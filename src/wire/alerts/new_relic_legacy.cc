#include "wire/alerts/new_relic_legacy.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/alert_draft.h"
#include "wire/alerts/said.h"
#include "wire/json/foreign.h"

namespace nightjar {

absl::StatusOr<ReceivedAlerts> read_new_relic_legacy(const nlohmann::json& whole, Timestamp received_at,
                                                     const AlertLimits& limits) {
  const std::string state = said::text(whole, {"current_state"});
  if (said::is_one_of(state, {"acknowledged"})) return ignored_because("acknowledged by a person");
  if (said::is_one_of(state, {"test"})) return ignored_because("a test of the channel");
  AlertDraft draft("new-relic", limits);
  draft.identity("incident_id", said::text(whole, {"incident_id"}));
  if (!draft.has_identity()) return invalid_argument("New Relic webhook: \"incident_id\" is missing");
  draft.identity("account_id", said::text(whole, {"account_id"}));
  draft.over = said::is_one_of(state, {"closed"});
  (draft.over ? draft.ended : draft.began) = said::time(whole, {"timestamp"});
  draft.label("state", state);
  draft.label("policy", said::text(whole, {"policy_name"}));
  const nlohmann::json& targets = foreign::at(whole, {"targets"});
  if (targets.is_array() && !targets.empty()) {
    draft.entity = said::text(targets[0], {"name"});
    draft.label("target_type", said::text(targets[0], {"type"}));
    if (const nlohmann::json& labels = foreign::at(targets[0], {"labels"}); labels.is_object())
      for (const auto& [name, value] : labels.items()) draft.label(name, said::text(value, limits.value_bytes));
  }
  draft.annotation("runbook_url", said::text(whole, {"runbook_url"}, limits.value_bytes));
  draft.alert.name = said::text(whole, {"condition_name"});
  draft.alert.severity = said::text(whole, {"severity"});
  draft.alert.summary = said::text(whole, {"details"}, limits.value_bytes);
  draft.alert.generator_url = said::text(whole, {"incident_url"}, limits.value_bytes);
  return one_alert(std::move(draft).finish(received_at));
}

}  // namespace nightjar
