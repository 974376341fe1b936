// engine/series/series_entry.h
// One series as a lane keeps it: its baseline states, the anomaly that is open on it, and latencies that wait until
// there are enough for a quantile. Owned by SeriesTable; touched on the lane's thread only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/statistics/duration_sketch.h"
#include "engine/world/series_state.h"
#include "model/anomaly.h"

namespace nightjar {

// Durations of the last windows, until they make a point.
struct PendingDurations {
  DurationSketch durations;
  std::int64_t self_time_ns = 0;
  std::uint64_t requests = 0;
  std::uint32_t windows = 0;
};

// A series that says nothing for so long is forgotten.
inline constexpr std::uint32_t kForgottenS = 14 * 86'400;

struct SeriesEntry {
  std::unique_ptr<SeriesState> state;  // channels and seasons; null where only counts are kept
  CountState count;
  Episode episode;
  PendingDurations pending;
  std::string text;               // of a log pattern
  std::uint32_t last_sample = 0;  // window that spoke of it last, seconds
};

// What a window adds to the judgement. Filled in any order, sorted at the end.
struct JudgementInProgress {
  TimeRange window;
  double window_s = 10;
  std::vector<ExpectedValue> expected;
  std::vector<Anomaly> anomalies;
  std::uint32_t second() const { return static_cast<std::uint32_t>(window.start.ns / 1'000'000'000); }
};

}  // namespace nightjar
