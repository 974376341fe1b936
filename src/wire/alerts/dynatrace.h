// wire/alerts/dynatrace.h
// Dynatrace's problem notification with the template of docs/senders.md -> one Alert. Identity: PID, the same while the
// problem lasts. A problem that was merged into another is over: the other has its own alert. Called by io/receive.
// Pure, any thread. Source: Dynatrace's documentation, "Webhook integration".
#pragma once

#include "wire/alerts/received.h"

namespace nightjar {

absl::StatusOr<ReceivedAlerts> parse_dynatrace(std::string_view body, Timestamp received_at,
                                               const AlertLimits& limits = {});

}  // namespace nightjar
