#include "engine/observe/observer.h"

#include "base/check.h"
#include "engine/observe/fold.h"
#include "engine/observe/windows.h"

namespace nightjar {

Observer::Observer(ObserveSettings settings)
    : settings_(std::move(settings)),
      spans_(settings_, counters_),
      logs_(settings_, counters_),
      metrics_(settings_, counters_) {
  CHECK(settings_.window.ns > 0 && settings_.lateness.ns >= 0);
}

std::int64_t Observer::first_open(Timestamp engine_time) const {
  return window_number(engine_time - settings_.lateness, settings_.window);
}

std::optional<std::int64_t> Observer::admit(Timestamp time, Timestamp engine_time) {
  // Engine time decides, not the last tick: where a tick fell between two bodies must not change what counts.
  const std::int64_t window = window_number(time, settings_.window);
  const bool ahead = time > engine_time + settings_.ahead;
  if (window >= first_open(engine_time) && !ahead && (!next_ || window >= *next_)) {
    if (window != last_touched_) touched_.insert(last_touched_ = window);
    return window;
  }
  ++counters_.late;
  counters_.ahead += ahead;
  ++late_[window_number(engine_time, settings_.window)];
  return std::nullopt;
}

void Observer::observe(const Signals& signals, Timestamp engine_time) {
  if (!signals.spans.empty()) spans_.enter(signals.resource);
  for (const Span& span : signals.spans) {
    if (const auto window = admit(span.end, engine_time)) {
      ++counters_.spans;
      spans_.observe(span, *window);
    }
  }
  if (!signals.logs.empty()) logs_.enter(signals.resource);
  for (const LogRecord& record : signals.logs) {
    // A line without any time was read now.
    if (const auto window = admit(record.time ? record.time : engine_time, engine_time)) {
      ++counters_.lines;
      logs_.observe(record, *window, engine_time);
    }
  }
  constexpr std::size_t kAhead = 12;
  for (std::size_t i = 0; i < signals.metrics.size(); ++i) {
    if (i + kAhead < signals.metrics.size()) metrics_.expect(signals.metrics[i + kAhead].id);
    const MetricPoint& point = signals.metrics[i];
    if (const auto window = admit(point.time ? point.time : engine_time, engine_time)) {
      ++counters_.points;
      metrics_.observe(point, *window);
    }
  }
}

std::vector<WindowRollups> Observer::close_windows(Timestamp engine_time) {
  closed_series_.clear();
  std::vector<WindowRollups> closed;
  const std::int64_t open = first_open(engine_time);
  std::optional<std::int64_t> first;
  if (!touched_.empty()) first = *touched_.begin();
  if (!late_.empty() && (!first || late_.begin()->first < *first)) first = late_.begin()->first;
  if (next_) first = next_;
  if (!first) return closed;
  for (std::int64_t window = *first; window < open; ++window) {
    const bool empty = !touched_.contains(window) && !late_.contains(window);
    if (empty && window < open - settings_.empty_windows) {
      // A gap longer than anyone looks back: go on where there is data again, or where the last day begins.
      std::int64_t next = open - settings_.empty_windows;
      if (const auto data = touched_.lower_bound(window); data != touched_.end()) next = std::min(next, *data);
      if (const auto late = late_.lower_bound(window); late != late_.end()) next = std::min(next, late->first);
      window = next - 1;
      continue;
    }
    closed.push_back(close_window(window));
  }
  if (open > *first) next_ = open;
  return closed;
}

std::vector<ClosedSeries> Observer::take_series(Timestamp window_start) {
  const auto at = closed_series_.find(window_start);
  if (at == closed_series_.end()) return {};
  std::vector<ClosedSeries> series = std::move(at->second);
  closed_series_.erase(at);
  return series;
}

WindowRollups Observer::close_window(std::int64_t window) {
  WindowRollups rollups;
  rollups.window = window_range(window, settings_.window);
  spans_.close(window, rollups);
  logs_.close(window, rollups);
  std::vector<ClosedSeries> series;
  metrics_.close(window, rollups, series);
  if (!series.empty()) closed_series_.emplace(rollups.window.start, std::move(series));
  if (const auto late = late_.find(window); late != late_.end()) {
    rollups.late = late->second;
    late_.erase(late);
  }
  touched_.erase(window);
  last_touched_ = INT64_MIN;
  fold(rollups, settings_.fold);
  return rollups;
}

}  // namespace nightjar
