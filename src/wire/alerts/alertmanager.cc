#include "wire/alerts/alertmanager.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/labelled_alert.h"
#include "wire/alerts/split_array.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr int kAlertDepth = 32;

}  // namespace

absl::StatusOr<ReceivedAlerts> parse_alerts_v2(std::string_view body, Timestamp received_at,
                                               const AlertLimits& limits) {
  if (body.size() > limits.body_bytes)
    return too_large("alerts: {} bytes, at most {} are taken; send fewer in one body", body.size(), limits.body_bytes);
  const auto items = split_array(body, kAlertDepth);
  if (!items) return invalid_argument("alerts: expected a JSON array of alerts; nothing of this body was kept");
  if (items->size() > limits.alerts)
    return too_large("alerts: {} in one body, at most {} are taken; send fewer", items->size(), limits.alerts);
  ReceivedAlerts received;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto item = parse_json((*items)[i], fmt::format("alerts[{}]", i), {limits.body_bytes, kAlertDepth});
    if (!item.ok()) return item.status();
    Alert alert;
    std::string wrong = read_labelled_alert(*item, "prometheus", received_at, limits, alert);
    if (!wrong.empty()) {
      received.refused.push_back({i, std::move(wrong)});
      continue;
    }
    if (alert.ends_at && *alert.ends_at > received_at) alert.ends_at.reset();
    received.alerts.push_back(std::move(alert));
  }
  return received;
}

absl::StatusOr<ReceivedAlerts> parse_alert_webhook(std::string_view body, Timestamp received_at,
                                                   const AlertLimits& limits) {
  const auto whole = parse_json(body, "alert webhook", {limits.body_bytes, kAlertDepth});
  if (!whole.ok()) return whole.status();
  const Json& items = foreign::at(*whole, {"alerts"});
  if (!items.is_array())
    return invalid_argument(
        "alert webhook: expected an object with an \"alerts\" array (Alertmanager's version 4, Grafana's version 1); "
        "nothing of this body was kept");
  if (items.size() > limits.alerts)
    return too_large("alert webhook: {} alerts in one body, at most {} are taken", items.size(), limits.alerts);
  ReceivedAlerts received;
  if (const Json& more = foreign::at(*whole, {"truncatedAlerts"}); more.is_number_unsigned())
    received.truncated = more.get<std::uint64_t>();
  const std::string_view sender = foreign::at(*whole, {"orgId"}).is_null() ? "alertmanager" : "grafana";
  for (std::size_t i = 0; i < items.size(); ++i) {
    Alert alert;
    std::string wrong = read_webhook_alert(*whole, items[i], sender, received_at, limits, alert);
    if (!wrong.empty()) {
      received.refused.push_back({i, std::move(wrong)});
      continue;
    }
    received.alerts.push_back(std::move(alert));
  }
  return received;
}

}  // namespace nightjar
