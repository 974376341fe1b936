// wire/alerts/sentry.h
// Sentry's webhooks of an internal integration -> one Alert. An issue alert (event_alert) begins one; the issue's own
// "resolved" or "archived" ends it; a metric alert is critical, warning or resolved. Identity: the issue, or the rule
// of the metric. Other resources are ignored. Called by io/receive after the signature. Pure, any thread. Source:
// Sentry's documentation, "Integration Platform Webhooks".
#pragma once

#include "wire/alerts/received.h"

namespace nightjar {

absl::StatusOr<ReceivedAlerts> parse_sentry(std::string_view body, Timestamp received_at,
                                            const AlertLimits& limits = {});

}  // namespace nightjar
