// engine/observe/metric_observer.h
// The metric half of Observer: points -> one ClosedSeries per series and window. Counters become increments, aware of
// resets; histograms become the two counters `<name>_count` and `<name>_sum`. A series lives on one lane from its first
// point to its last anomaly, so what is closed here is judged by the same lane and never travels; only levels with a
// limit (model/limits.h) are told to the others, because level and limit are two series. Lane's thread only; all points
// of a series come to the same MetricObserver, in the order they were received. Most points are of known series in an
// open window: one lookup, one line of memory.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "engine/observe/observe_settings.h"
#include "model/rollup.h"
#include "model/signals.h"

namespace nightjar {

class MetricObserver {
 public:
  MetricObserver(const ObserveSettings& settings, ObserveCounters& counters);

  // A point of this series comes soon: its place is asked from the memory.
  void expect(SeriesId id) const;
  // `window` is open.
  void observe(const MetricPoint& point, std::int64_t window);
  // Appends what the window's series came to, in the order of their first points in it, and to `rollups` what others
  // need.
  void close(std::int64_t window, WindowRollups& rollups, std::vector<ClosedSeries>& closed);
  std::size_t series() const { return index_.size(); }

  template <class Archive>
  void carry(Archive& archive) {
    archive(series_, free_, windows_, forgotten_at_);
    if (!archive.reads()) return;
    index_.clear();
    for (std::uint32_t place = 0; place < series_.size(); ++place)
      if (series_[place].identity) index_.emplace(series_[place].identity->id.value, place);
  }

 private:
  // What a series came to in a window that is open.
  struct Sums {
    std::int64_t window = INT64_MIN;  // none
    double sum = 0, last = 0;
    Timestamp last_time;
    std::uint32_t points = 0;
    bool ended = false;
  };
  enum class Use : std::uint8_t { gauge, counter, bucket, histogram };
  struct Series {
    SeriesPtr identity;  // null: a free place
    Use use = Use::gauge;
    bool limited = false;
    // Of a cumulative counter: what was last read.
    bool primed = false;
    Timestamp start, last_time;
    double last_value = 0;
    std::int64_t last_window = INT64_MIN;
    // The current window and the one that still waits for late data. Points ahead of both have to wait in `windows_`.
    std::array<Sums, 2> open;
  };
  struct Window {
    std::vector<std::uint32_t> touched;   // places, in the order of first points
    std::map<std::uint32_t, Sums> aside;  // of series whose two places were taken
    template <class Archive>
    void carry(Archive& archive) {
      archive(touched, aside);
    }
  };

  Series* series_at(SeriesId id, const SeriesIdentity& identity, std::int64_t window);
  Series* counter_at(const SeriesIdentity& histogram, std::string_view suffix, std::int64_t window);
  void take(Series& series, const MetricPoint& point, double value, std::int64_t window);
  Sums& sums_of(Series& series, std::int64_t window);
  void forget_idle(std::int64_t window);

  const ObserveSettings& settings_;
  ObserveCounters& counters_;
  absl::flat_hash_map<std::uint64_t, std::uint32_t> index_;  // series id -> place
  std::vector<Series> series_;
  std::vector<std::uint32_t> free_;
  std::map<std::int64_t, Window> windows_;
  std::int64_t forgotten_at_ = INT64_MIN;
};

}  // namespace nightjar
