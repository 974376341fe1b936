// wire/alerts/new_relic_legacy.h
// The body of New Relic's older notification channels, before workflows: current_state, condition_name, targets.
// Internal to wire/alerts/new_relic; pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "wire/alerts/received.h"

namespace nightjar {

absl::StatusOr<ReceivedAlerts> read_new_relic_legacy(const nlohmann::json& whole, Timestamp received_at,
                                                     const AlertLimits& limits);

}  // namespace nightjar
