#include "wire/alerts/cloudwatch.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/alert_draft.h"
#include "wire/alerts/said.h"
#include "wire/json/foreign.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kDimensionsAtMost = 30;  // CloudWatch's own limit of a metric

// An ARN is arn:aws:cloudwatch:<region>:<account>:alarm:<name>.
void identify(AlertDraft& draft, std::string_view arn, std::string_view account, std::string_view region,
              std::string_view name) {
  if (!arn.empty()) {
    draft.identity("alarm_arn", arn);
  } else {
    draft.identity("account", account);
    draft.identity("region", region);
    draft.identity("alarm_name", name);
  }
  draft.label("account", account);
  draft.label("region", region);
}

// What a dimension is called that names a service, or one machine of it.
void read_dimension(AlertDraft& draft, std::string_view name, const std::string& value) {
  draft.label(name, value);
  if (said::is_one_of(name, {"Service", "ServiceName", "FunctionName", "ApiName"}) && draft.alert.service.empty())
    draft.alert.service = {value};
  if (said::is_one_of(name, {"InstanceId", "DBInstanceIdentifier", "CacheClusterId"}) && draft.alert.instance.empty())
    draft.alert.instance = {value};
}

void read_state(AlertDraft& draft, const std::string& state, std::optional<Timestamp> changed_at) {
  draft.over = said::is_one_of(state, {"OK"});
  draft.label("state", state);
  (draft.over ? draft.ended : draft.began) = changed_at;
}

absl::StatusOr<ReceivedAlerts> read_alarm(const Json& alarm, Timestamp received_at, const AlertLimits& limits) {
  AlertDraft draft("cloudwatch", limits);
  const std::string name = said::text(alarm, {"AlarmName"});
  if (name.empty() || said::text(alarm, {"NewStateValue"}).empty())
    return invalid_argument(
        "CloudWatch alarm: AlarmName or NewStateValue is missing; is this the alarm's own message?");
  identify(draft, said::text(alarm, {"AlarmArn"}, 1024), said::text(alarm, {"AWSAccountId"}),
           said::text(alarm, {"Region"}), name);
  read_state(draft, said::text(alarm, {"NewStateValue"}), said::time(alarm, {"StateChangeTime"}));
  if (const Json& dimensions = foreign::at(alarm, {"Trigger", "Dimensions"}); dimensions.is_array())
    for (std::size_t i = 0; i < dimensions.size() && i < kDimensionsAtMost; ++i)
      read_dimension(draft, said::text(dimensions[i], {"name"}), said::text(dimensions[i], {"value"}));
  draft.label("namespace", said::text(alarm, {"Trigger", "Namespace"}));
  draft.label("metric", said::text(alarm, {"Trigger", "MetricName"}));
  draft.annotation("description", said::text(alarm, {"AlarmDescription"}, limits.value_bytes));
  draft.annotation("previous_state", said::text(alarm, {"OldStateValue"}));
  draft.annotation("threshold", said::text(alarm, {"Trigger", "Threshold"}));
  draft.annotation("comparison", said::text(alarm, {"Trigger", "ComparisonOperator"}));
  draft.alert.name = name;
  draft.alert.summary = said::text(alarm, {"NewStateReason"}, limits.value_bytes);
  return one_alert(std::move(draft).finish(received_at));
}

absl::StatusOr<ReceivedAlerts> read_event(const Json& event, Timestamp received_at, const AlertLimits& limits) {
  const Json& detail = foreign::at(event, {"detail"});
  if (said::text(event, {"detail-type"}) != "CloudWatch Alarm State Change")
    return ignored_because("an EventBridge event that is not an alarm's change of state");
  AlertDraft draft("cloudwatch", limits);
  const std::string name = said::text(detail, {"alarmName"});
  if (name.empty() || said::text(detail, {"state", "value"}).empty())
    return invalid_argument("EventBridge alarm: detail.alarmName or detail.state.value is missing");
  const Json& resources = foreign::at(event, {"resources"});
  identify(draft, resources.is_array() && !resources.empty() ? said::text(resources[0], 1024) : std::string(),
           said::text(event, {"account"}), said::text(event, {"region"}), name);
  std::optional<Timestamp> changed_at = said::time(detail, {"state", "timestamp"});
  if (!changed_at) changed_at = said::time(event, {"time"});
  read_state(draft, said::text(detail, {"state", "value"}), changed_at);
  // The end says when it began.
  if (draft.over && !said::is_one_of(said::text(detail, {"previousState", "value"}), {"OK"}))
    draft.began = said::time(detail, {"previousState", "timestamp"});
  if (const Json& metrics = foreign::at(detail, {"configuration", "metrics"}); metrics.is_array() && !metrics.empty()) {
    const Json& metric = foreign::at(metrics[0], {"metricStat", "metric"});
    if (const Json& dimensions = foreign::at(metric, {"dimensions"}); dimensions.is_object())
      for (const auto& [key, value] : dimensions.items()) read_dimension(draft, key, said::text(value));
    draft.label("namespace", said::text(metric, {"namespace"}));
    draft.label("metric", said::text(metric, {"name"}));
  }
  draft.annotation("description", said::text(detail, {"configuration", "description"}, limits.value_bytes));
  draft.annotation("previous_state", said::text(detail, {"previousState", "value"}));
  draft.alert.name = name;
  draft.alert.summary = said::text(detail, {"state", "reason"}, limits.value_bytes);
  return one_alert(std::move(draft).finish(received_at));
}

}  // namespace

absl::StatusOr<ReceivedAlerts> parse_cloudwatch(std::string_view body, Timestamp received_at,
                                                const AlertLimits& limits) {
  const auto whole = said::object(body, "CloudWatch alarm", limits);
  if (!whole.ok()) return whole.status();
  const bool event = !foreign::at(*whole, {"detail-type"}).is_null();
  return event ? read_event(*whole, received_at, limits) : read_alarm(*whole, received_at, limits);
}

}  // namespace nightjar
