// wire/alerts/new_relic.h
// New Relic's webhook -> one Alert: a workflow's default template, or the older notification channel (current_state).
// Identity: the issue, or the incident. Being acknowledged is ignored. Called by io/receive. Pure, any thread.
// Source: New Relic's documentation, "Workflows" and "Customize your webhook payload".
#pragma once

#include "wire/alerts/received.h"

namespace nightjar {

absl::StatusOr<ReceivedAlerts> parse_new_relic(std::string_view body, Timestamp received_at,
                                               const AlertLimits& limits = {});

}  // namespace nightjar
