// wire/alertmanager/alerts.h
// Alerts as others send them -> Alert values. Two doors (io/receive): what Prometheus posts to an Alertmanager
// (`POST /api/v2/alerts`, an array) and what an Alertmanager or Grafana posts to a webhook (version "4", or Grafana's
// "1": an object with `alerts`). A bad alert costs only itself and is named by its index. Pure, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "model/alert.h"

namespace nightjar {

struct AlertLimits {
  std::size_t body_bytes = 1 << 20;
  std::size_t alerts = 100'000;
  std::size_t labels = 64;            // of one alert; more: the alert is refused
  std::size_t name_bytes = 256;       // of a label or annotation; longer: refused
  std::size_t value_bytes = 4 << 10;  // longer: cut and marked with "…"
};

struct RefusedAlert {
  std::size_t index = 0;
  std::string reason;
};

struct ReceivedAlerts {
  std::vector<Alert> alerts;
  std::vector<RefusedAlert> refused;
  std::uint64_t truncated = 0;  // webhook: how many more the sender has and did not send
};

// `received_at` is wall time at the door: an end that lies after it is a promise ("resolved unless I say more"), not an
// end, so such an alert is firing. INVALID_ARGUMENT: not an array. RESOURCE_EXHAUSTED: over body_bytes or alerts.
absl::StatusOr<ReceivedAlerts> parse_alerts_v2(std::string_view body, Timestamp received_at,
                                               const AlertLimits& limits = {});
// Here each alert says itself whether it is firing. INVALID_ARGUMENT: not an object with `alerts`.
absl::StatusOr<ReceivedAlerts> parse_alert_webhook(std::string_view body, Timestamp received_at,
                                                   const AlertLimits& limits = {});

// Of the label set, names sorted: the same in every process and release.
std::uint64_t alert_fingerprint(const Attributes& sorted_labels);

}  // namespace nightjar
