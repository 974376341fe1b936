// wire/alerts/gcp.h
// Google Cloud Monitoring's webhook -> one Alert. Identity: incident_id, the same when opened and when closed. Called
// by io/receive. Pure, any thread. Source: Cloud Monitoring's documentation, webhook payload 1.2.
#pragma once

#include "wire/alerts/received.h"

namespace nightjar {

absl::StatusOr<ReceivedAlerts> parse_gcp(std::string_view body, Timestamp received_at, const AlertLimits& limits = {});

}  // namespace nightjar
