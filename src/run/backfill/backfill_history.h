// run/backfill/backfill_history.h
// The past as a backfill drives it: what to ask for at once, and the alerts that were. Internal to run/backfill.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "model/alert.h"
#include "run/backfill/backfill.h"

namespace nightjar {

// Alerts by the moment they began or ended; of equal times in order of their labels.
using AlertMoments = std::map<std::int64_t, std::vector<Alert>>;
// From the series ALERTS{alertstate="firing"}. A gap of one step is an end.
absl::StatusOr<AlertMoments> alert_moments(const PrometheusHistory& history, const BackfillRequest& request);

// How many steps one query asks for: few enough for the server's 11,000 points of a series and for a bounded answer.
absl::StatusOr<std::int64_t> steps_at_once(const PrometheusHistory& history, const BackfillRequest& request);

// What was asked for, in the data directory.
absl::Status write_request(const std::string& path, const BackfillRequest& request);
absl::StatusOr<BackfillRequest> read_request(const std::string& path);  // without the token file

}  // namespace nightjar
