// engine/forecast/exhaustion.h
// When will something full-able be full? Watches metrics that have a limit (model/limits.h). Two rules: the fast one,
// from four minutes of data on (robust slope of the last ten minutes; says so when full within two hours and no
// clean-up was ever seen above this level), and the phase forecast from 60 hours on (phase_forecast.h; says so when
// twice in a row the limit is met within three days). Owned by SeriesTable; lane's thread; fed with merged windows in
// time order.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/statistics/theil_sen.h"
#include "engine/forecast/phase_forecast.h"
#include "model/anomaly.h"
#include "model/rollup.h"

namespace nightjar {

class ExhaustionForecaster {
 public:
  // Anything without a limit is passed over.
  void observe(const MetricCounts& counts, Timestamp window_start);

  // What holds now, ascending by series. A forecast is repeated every window until it no longer holds.
  std::vector<Forecast> forecasts(Timestamp engine_time);

  struct Resource {
    SeriesKey series;                  // of the level
    double limit = 0;                  // 0: not seen yet
    double level = 0, remaining = -1;  // remaining < 0: the level itself is reported
    Timestamp seen;
    std::deque<Point> recent;   // (seconds since 1970, level), at most `kRecent`
    std::vector<float> hourly;  // maxima, oldest first, at most 672
    std::int64_t hour = 0;      // of hourly.back()
    PhaseScores scores;
    PhaseAnswer answer;
    std::int64_t answered_hour = 0;
    std::uint32_t near_in_a_row = 0;  // answers that met the limit within three days
    double peak_since_clean_up = 0;   // highest level since the last clean-up ended
    double highest_clean_up = 0;      // level at which the highest clean-up began; 0 none
    double lowest = 0;                // lowest level ever
    Timestamp fast_until;             // the fast rule holds until then
    Timestamp fast_eta, fast_low, fast_high;
  };
  using ResourceKey =
      std::tuple<ServiceName, InstanceName, std::string, std::string>;  // service, instance, resource, labels
  const std::map<ResourceKey, Resource>& resources() const { return resources_; }
  template <class Archive>
  void carry(Archive& archive) {
    archive(resources_);
  }

 private:
  std::map<ResourceKey, Resource> resources_;
};

}  // namespace nightjar
