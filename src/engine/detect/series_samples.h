// engine/detect/series_samples.h
// Which series a closed window speaks of, and with what. Requests are summed to three levels (service, operation,
// instance), metrics and error patterns are series of their own. Pure; called by SeriesTable once per window with the
// merged rollups, so every lane derives the same list and picks what it owns.
#pragma once

#include <string>
#include <vector>

#include "model/anomaly.h"
#include "model/rollup.h"

namespace nightjar {

struct RequestSample {
  ServiceName service;
  std::string operation;  // "" at the levels of service and instance
  InstanceName instance;  // "" at the levels of service and operation
  RequestCounts counts;   // over all versions
};
struct MetricSample {
  SeriesKey series;
  double value = 0;                      // gauges and histograms: mean of the points; counters: per second
  const MetricCounts* counts = nullptr;  // borrowed from the rollups
};
struct PatternSample {  // severity ERROR and up, over versions and instances
  ServiceName service;
  PatternId pattern;
  std::uint64_t lines = 0;
  std::string text;
};

// Each list ascending, without repeats.
struct WindowSamples {
  std::vector<RequestSample> requests;
  std::vector<MetricSample> metrics;
  std::vector<PatternSample> patterns;
};
WindowSamples samples_of(const WindowRollups& rollups);

// `name{key="value",…}` as people write it; the series' name everywhere.
std::string metric_series_name(const MetricCounts& counts);

}  // namespace nightjar
