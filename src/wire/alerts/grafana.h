// wire/alerts/grafana.h
// Grafana's webhook contact point -> Alert values. Unified alerting (from 9 on): Alertmanager's shape and, per alert,
// values, silenceURL, dashboardURL, panelURL, imageURL, once valueString, kept as annotations; its labels are its
// identity. Legacy (before 9): one rule with state and evalMatches; "pending" is not yet an alert, a paused rule is
// over. Called by io/receive. Pure, any thread. Source: Grafana's documentation, "webhook notifier".
#pragma once

#include "wire/alerts/received.h"

namespace nightjar {

absl::StatusOr<ReceivedAlerts> parse_grafana(std::string_view body, Timestamp received_at,
                                             const AlertLimits& limits = {});

}  // namespace nightjar
