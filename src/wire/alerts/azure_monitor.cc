#include "wire/alerts/azure_monitor.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/alert_draft.h"
#include "wire/alerts/said.h"
#include "wire/json/foreign.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kConditionsAtMost = 8;

// "metric Percentage CPU GreaterThan 25 (is 31.1)": what a metric or log alert compared.
std::string describe_condition(const Json& condition) {
  std::string name = said::text(condition, {"metricName"});
  if (name.empty()) name = said::text(condition, {"metricMeasureColumn"});
  const std::string value = said::text(condition, {"metricValue"});
  return fmt::format("{} {} {}{}", name.empty() ? "query" : name, said::text(condition, {"operator"}),
                     said::text(condition, {"threshold"}), value.empty() ? "" : fmt::format(" (is {})", value));
}

void read_context(AlertDraft& draft, const Json& context) {
  const Json& conditions = foreign::at(context, {"condition", "allOf"});
  if (!conditions.is_array()) return;
  for (std::size_t i = 0; i < conditions.size() && i < kConditionsAtMost; ++i) {
    draft.annotation(fmt::format("condition_{}", i), describe_condition(conditions[i]));
    const Json& dimensions = foreign::at(conditions[i], {"dimensions"});
    if (!dimensions.is_array()) continue;
    for (std::size_t k = 0; k < dimensions.size() && k < 16; ++k)
      draft.label(said::text(dimensions[k], {"name"}), said::text(dimensions[k], {"value"}, 1024));
  }
}

void read_properties(AlertDraft& draft, const Json& properties, const AlertLimits& limits) {
  if (!properties.is_object()) return;
  for (const auto& [name, value] : properties.items()) draft.label(name, said::text(value, limits.value_bytes));
}

}  // namespace

absl::StatusOr<ReceivedAlerts> parse_azure_monitor(std::string_view body, Timestamp received_at,
                                                   const AlertLimits& limits) {
  const auto whole = said::object(body, "Azure Monitor webhook", limits);
  if (!whole.ok()) return whole.status();
  const Json& essentials = foreign::at(*whole, {"data", "essentials"});
  AlertDraft draft("azure-monitor", limits);
  draft.identity("alert_id", said::text(essentials, {"alertId"}, 1024));
  if (!draft.has_identity())
    return invalid_argument(
        "Azure Monitor webhook: data.essentials.alertId is missing; turn on \"Enable the common alert schema\" in the "
        "action group's webhook");
  const std::string condition = said::text(essentials, {"monitorCondition"});
  draft.over = said::is_one_of(condition, {"Resolved"});
  draft.began = said::time(essentials, {"firedDateTime"});
  draft.ended = said::time(essentials, {"resolvedDateTime"});
  draft.label("monitor_condition", condition);
  for (const auto& [key, name] : {std::pair{"signalType", "signal_type"},
                                  {"monitoringService", "monitoring_service"},
                                  {"targetResourceType", "resource_type"},
                                  {"targetResourceGroup", "resource_group"}})
    draft.label(name, said::text(essentials, {key}));
  read_properties(draft, foreign::at(*whole, {"data", "customProperties"}), limits);
  read_properties(draft, foreign::at(*whole, {"data", "alertContext", "properties"}), limits);
  read_context(draft, foreign::at(*whole, {"data", "alertContext"}));
  if (const Json& targets = foreign::at(essentials, {"alertTargetIDs"}); targets.is_array() && !targets.empty()) {
    const std::string target = said::text(targets[0], 1024);
    draft.annotation("target", target);
    draft.entity = target.substr(target.rfind('/') + 1);
  }
  if (const Json& items = foreign::at(essentials, {"configurationItems"}); items.is_array() && !items.empty())
    draft.alert.instance = {said::text(items[0])};
  if (draft.entity.empty()) draft.entity = draft.alert.instance.value;
  draft.alert.name = said::text(essentials, {"alertRule"});
  draft.alert.severity = said::text(essentials, {"severity"});
  draft.alert.summary = said::text(essentials, {"description"}, limits.value_bytes);
  if (draft.alert.summary.empty())
    draft.alert.summary = std::string(find_attribute(draft.alert.annotations, "condition_0"));
  draft.alert.generator_url = said::text(essentials, {"investigationLink"}, limits.value_bytes);
  return one_alert(std::move(draft).finish(received_at));
}

}  // namespace nightjar
