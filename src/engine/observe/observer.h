// engine/observe/observer.h
// What one lane sees: decoded Signals in, closed windows out. Spans -> requests, errors, duration, self time,
// dependencies, statements; lines and exceptions -> patterns; metric points -> series.
// Called by SignalEngine on the lane's thread. All spans of a trace, all lines of a service and all points of a series
// come to the same Observer (split.h); what the Observers of all lanes say is added up by merge.h.
// Deterministic: the same calls give the same windows. Bounded: ObserveSettings has a cap for everything that grows.
//
// A span belongs to the window it ended in, a line and a point to that of their own time. A window is closed as soon as
// its end plus the lateness is not later than engine time; what comes later is counted in `late` of the window that
// engine time is in.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "engine/observe/log_observer.h"
#include "engine/observe/metric_observer.h"
#include "engine/observe/observe_settings.h"
#include "engine/observe/span_observer.h"
#include "model/rollup.h"
#include "model/signals.h"

namespace nightjar {

class Observer {
 public:
  explicit Observer(ObserveSettings settings);
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  // `signals` is read during the call only. `engine_time` never goes back.
  void observe(const Signals& signals, Timestamp engine_time);
  // Every window that closed since the last call, oldest first, from the first one with data: empty ones too, so that
  // silence is visible (after a gap the last ObserveSettings::empty_windows of them). Partial: give them to merge().
  std::vector<WindowRollups> close_windows(Timestamp engine_time);

  // All of the state, for a restart with the same settings (engine/world/archive.h): what follows is as if nothing had
  // happened. Between two calls on the lane's thread.
  template <class Archive>
  void carry(Archive& archive) {
    archive(counters_, spans_, logs_, metrics_, touched_, late_, next_);
  }

  // What the metric series of a window that close_windows() gave came to; once, and before the next close_windows().
  std::vector<ClosedSeries> take_series(Timestamp window_start);

  const ObserveCounters& counters() const { return counters_; }
  std::size_t buffered_spans() const { return spans_.buffered(); }
  std::size_t live_patterns() const { return logs_.live_patterns(); }
  std::size_t series() const { return metrics_.series(); }
  std::size_t names() const { return spans_.names(); }

 private:
  // Number of the first window that is still open at `engine_time`.
  std::int64_t first_open(Timestamp engine_time) const;
  // The window to count an item of `time` in; nullopt when it came too late or lies too far ahead (then it is counted).
  std::optional<std::int64_t> admit(Timestamp time, Timestamp engine_time);
  WindowRollups close_window(std::int64_t window);

  const ObserveSettings settings_;
  ObserveCounters counters_;
  SpanObserver spans_;
  LogObserver logs_;
  MetricObserver metrics_;
  std::set<std::int64_t> touched_;                                // open windows with data
  std::int64_t last_touched_ = INT64_MIN;                         // most items are of the window of the one before
  std::map<std::int64_t, std::uint64_t> late_;                    // by the window engine time was in
  std::optional<std::int64_t> next_;                              // to be given next; none before any data
  std::map<Timestamp, std::vector<ClosedSeries>> closed_series_;  // until they are judged, within the same tick
};

}  // namespace nightjar
