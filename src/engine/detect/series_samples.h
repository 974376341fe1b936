// engine/detect/series_samples.h
// Which series a closed window speaks of, and with what. Requests are summed to three levels (service, operation,
// instance), error patterns are series of their own. Metric series come another way: ClosedSeries. Pure; called by
// SeriesTable once per window with the merged rollups, so every lane derives the same list and picks what it owns.
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
struct PatternSample {  // severity ERROR and up, over versions and instances
  ServiceName service;
  PatternId pattern;
  std::uint64_t lines = 0;
  std::string text;
};

// Each list ascending, without repeats.
struct WindowSamples {
  std::vector<RequestSample> requests;
  std::vector<PatternSample> patterns;
};
WindowSamples samples_of(const WindowRollups& rollups);

}  // namespace nightjar
