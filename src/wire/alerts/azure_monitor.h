// wire/alerts/azure_monitor.h
// Azure Monitor's common alert schema -> one Alert. The older schemas, one per kind of alert, are refused with the
// switch that turns them off. Identity: alertId, the same when fired and when resolved. Called by io/receive. Pure, any
// thread. Source: Azure Monitor's documentation, "Common alert schema".
#pragma once

#include "wire/alerts/received.h"

namespace nightjar {

absl::StatusOr<ReceivedAlerts> parse_azure_monitor(std::string_view body, Timestamp received_at,
                                                   const AlertLimits& limits = {});

}  // namespace nightjar
