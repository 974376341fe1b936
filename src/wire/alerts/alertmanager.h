// wire/alerts/alertmanager.h
// What Prometheus posts to an Alertmanager (`POST /api/v2/alerts`, an array) and what an Alertmanager posts to a
// webhook (version "4", an object with `alerts`) -> Alert values. A bad alert costs only itself and is named by its
// index. An alert over a limit is refused, except that long values are cut. Pure, any thread.
#pragma once

#include "wire/alerts/received.h"

namespace nightjar {

// An end that lies after `received_at` is a promise ("resolved unless I say more"), not an end, so such an alert is
// firing. INVALID_ARGUMENT: not an array. RESOURCE_EXHAUSTED: over body_bytes or alerts.
absl::StatusOr<ReceivedAlerts> parse_alerts_v2(std::string_view body, Timestamp received_at,
                                               const AlertLimits& limits = {});
// Here each alert says itself whether it is firing. INVALID_ARGUMENT: not an object with `alerts`. Takes Grafana's body
// too, for those who pointed it here; wire/alerts/grafana reads more of it.
absl::StatusOr<ReceivedAlerts> parse_alert_webhook(std::string_view body, Timestamp received_at,
                                                   const AlertLimits& limits = {});

}  // namespace nightjar
