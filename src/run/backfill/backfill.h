// run/backfill/backfill.h
// Lets a new nightjar know the past: reads weeks of a Prometheus and lives through them before `serve` first starts. As
// in a back-test, engine time follows the data's own: each moment's samples, the alerts that began or ended then, and
// ticks are journalled with the time they had, and the engine steps over them as over anything else. So what is learnt
// is what would have been learnt, and a replay of the data directory derives it again.
//
// Nothing is told or done meanwhile: the engine has no routes, no policies and no runbooks until serve applies its own.
// The data directory must be new, or one that a backfill was interrupted in: then it goes on behind the last input of
// its journal, with what backfill.json there says was asked for.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "base/time.h"
#include "io/receive/prometheus_history.h"
#include "run/setup/settings.h"

namespace nightjar {

struct BackfillRequest {
  HistorySource source;
  std::vector<std::string> selectors;  // {job="x"}
  Timestamp start, end;                // of a new one; both are moved to whole steps
  Duration step = minutes(1);
  // The names, kinds and so the series are those that scraping will give, where TYPE tells histograms apart; else those
  // of remote write.
  bool as_scraped = true;
};

struct BackfillProgress {
  Timestamp at;  // engine time reached
  std::uint64_t samples = 0, refused = 0, alerts = 0;
  double done = 0;  // 0..1
};

// `tell` is asked after each chunk; false: stop here, to be gone on with later (CANCELLED).
// FAILED_PRECONDITION: the data directory has a past of its own. INVALID_ARGUMENT: Prometheus says what is wrong.
absl::StatusOr<BackfillProgress> run_backfill(const Settings& settings, const BackfillRequest& request,
                                              const std::function<bool(const BackfillProgress&)>& tell);

}  // namespace nightjar
