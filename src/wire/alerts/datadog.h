// wire/alerts/datadog.h
// Datadog's webhook with the template of docs/senders.md -> one Alert. Datadog has no body of its own: what is not in
// the template does not come. Identity: monitor, scope and organisation, so that Recovered ends what Triggered began.
// An unknown transition is an alert. Called by io/receive. Pure, any thread. Source: Datadog's documentation,
// "Webhooks".
#pragma once

#include "wire/alerts/received.h"

namespace nightjar {

absl::StatusOr<ReceivedAlerts> parse_datadog(std::string_view body, Timestamp received_at,
                                             const AlertLimits& limits = {});

}  // namespace nightjar
