// engine/observe/metric_observer.h
// The metric half of Observer: points -> one MetricCounts per series and window. Counters become increments, aware of
// resets; histograms become the two counters `<name>_count` and `<name>_sum`. Lane's thread only; all points of a
// series come to the same MetricObserver, in the order they were received.
#pragma once

#include <cstdint>
#include <map>

#include <absl/container/flat_hash_map.h>

#include "engine/observe/observe_settings.h"
#include "model/rollup.h"
#include "model/signals.h"

namespace nightjar {

// What a series is, apart from its values: hash of service, instance, name and labels. Not of the version, so that a
// deploy does not begin a new series.
SeriesId series_id(const Resource& resource, std::string_view name, const Attributes& labels);

class MetricObserver {
 public:
  MetricObserver(const ObserveSettings& settings, ObserveCounters& counters);

  // `window` is open.
  void observe(const Resource& resource, const MetricPoint& point, std::int64_t window);
  void close(std::int64_t window, WindowRollups& out);
  std::size_t series() const { return series_.size(); }

  template <class Archive>
  void carry(Archive& archive) {
    archive(series_, windows_, forgotten_at_);
  }

 private:
  struct Series {
    ServiceName service;
    InstanceName instance;
    std::string name;
    Attributes labels;
    MetricKind kind = MetricKind::gauge;
    // Of a cumulative counter: what was last read.
    bool primed = false;
    Timestamp start, last_time;
    double last_value = 0;
    std::int64_t last_window = INT64_MIN;
  };
  struct Reading {
    std::string_view name_suffix;  // "_count", "_sum" of histograms
    MetricKind kind = MetricKind::gauge;
    double value = 0;
  };

  void take(const Resource& resource, const MetricPoint& point, const Reading& reading, std::int64_t window);
  Series* series_at(SeriesId id, const Resource& resource, const MetricPoint& point, const Reading& reading,
                    std::int64_t window);
  void add(SeriesId id, const Series& series, Timestamp time, double value, std::int64_t window);
  void forget_idle(std::int64_t window);

  const ObserveSettings& settings_;
  ObserveCounters& counters_;
  absl::flat_hash_map<std::uint64_t, Series> series_;
  std::map<std::int64_t, absl::flat_hash_map<std::uint64_t, MetricCounts>> windows_;
  std::int64_t forgotten_at_ = INT64_MIN;
};

}  // namespace nightjar
