// tests/fuzz/alert_senders.h
// All decoders of alerts that share a shape, in the order of their letter: the first byte of a file under
// tests/fuzz/corpus/alert_webhooks/<sender>/ ('a' is the first). Append only. Tests and fuzzing.
#pragma once

#include <string_view>

#include "base/text.h"
#include "wire/alerts/alertmanager.h"
#include "wire/alerts/azure_monitor.h"
#include "wire/alerts/cloudwatch.h"
#include "wire/alerts/datadog.h"
#include "wire/alerts/dynatrace.h"
#include "wire/alerts/gcp.h"
#include "wire/alerts/grafana.h"
#include "wire/alerts/new_relic.h"
#include "wire/alerts/pagerduty.h"
#include "wire/alerts/pagerduty_change.h"
#include "wire/alerts/sentry.h"
#include "wire/alerts/sns.h"
#include "wire/alerts/zabbix.h"

namespace nightjar {

struct AlertSender {
  std::string_view name;
  ParseAlerts parse;
};

// The three that give something else, in the same shape.
inline absl::StatusOr<ReceivedAlerts> try_pagerduty(std::string_view body, Timestamp at, const AlertLimits& limits) {
  auto event = parse_pagerduty_event(body, at, limits);
  if (!event.ok()) return event.status();
  if (!event->errors.empty()) return invalid_argument("{}", event->errors[0]);
  return event->alert ? one_alert(*event->alert) : ignored_because("acknowledged");
}
inline absl::StatusOr<ReceivedAlerts> try_pagerduty_change(std::string_view body, Timestamp at,
                                                           const AlertLimits& limits) {
  auto change = parse_pagerduty_change(body, at, limits);
  if (!change.ok()) return change.status();
  if (!change->errors.empty()) return invalid_argument("{}", change->errors[0]);
  return ignored_because("a change");
}
inline absl::StatusOr<ReceivedAlerts> try_sns(std::string_view body, Timestamp at, const AlertLimits& limits) {
  auto message = parse_sns(body);
  if (!message.ok()) return message.status();
  return message->type == SnsType::notification ? parse_cloudwatch(message->message, at, limits)
                                                : ignored_because("a confirmation");
}

inline constexpr AlertSender kAlertSenders[] = {
    {"alertmanager", parse_alert_webhook},
    {"azure-monitor", parse_azure_monitor},
    {"cloudwatch", parse_cloudwatch},
    {"datadog", parse_datadog},
    {"dynatrace", parse_dynatrace},
    {"gcp", parse_gcp},
    {"grafana", parse_grafana},
    {"new-relic", parse_new_relic},
    {"pagerduty", try_pagerduty},
    {"pagerduty-change", try_pagerduty_change},
    {"sentry", parse_sentry},
    {"zabbix", parse_zabbix},
    {"sns", try_sns},
};

}  // namespace nightjar
