#include "engine/observe/metric_observer.h"

#include <cmath>

#include "base/hash.h"
#include "base/text.h"

namespace nightjar {
namespace {

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

ServiceName service_of(const Resource& resource, const Attributes& labels) {
  if (!resource.service.empty() && resource.service.value != "unknown_service") return resource.service;
  for (const std::string_view key : {"service", "service_name", "job"})
    if (const std::string_view value = find_attribute(labels, key); !value.empty()) return {std::string(value)};
  return {};
}

InstanceName instance_of(const Resource& resource, const Attributes& labels) {
  if (!resource.instance.empty()) return resource.instance;
  return {std::string(find_attribute(labels, "instance"))};
}

// Prometheus remote write often brings no type; the names are a convention its own tools rely on.
MetricKind kind_of(const MetricPoint& point) {
  if (point.kind != MetricKind::unknown) return point.kind;
  for (const std::string_view end : {"_total", "_count", "_sum"})
    if (ends_with(point.name, end)) return MetricKind::counter;
  return MetricKind::gauge;
}

}  // namespace

SeriesId series_id(const Resource& resource, std::string_view name, const Attributes& labels) {
  std::uint64_t hash = combine_hash(stable_hash(resource.service.value, 61), stable_hash(resource.instance.value, 62));
  hash = combine_hash(hash, stable_hash(name, 63));
  for (const auto& [key, value] : labels)
    hash = combine_hash(hash, combine_hash(stable_hash(key, 64), stable_hash(value, 65)));
  return {hash == 0 ? 1 : hash};
}

MetricObserver::MetricObserver(const ObserveSettings& settings, ObserveCounters& counters)
    : settings_(settings), counters_(counters) {}

void MetricObserver::observe(const Resource& resource, const MetricPoint& point, std::int64_t window) {
  if (ends_with(point.name, "_bucket") && !find_attribute(point.attributes, "le").empty()) {
    ++counters_.buckets_skipped;
    return;
  }
  const MetricKind kind = kind_of(point);
  if (point.histogram) {
    take(resource, point, {"_count", MetricKind::counter, static_cast<double>(point.histogram->count)}, window);
    take(resource, point, {"_sum", MetricKind::counter, point.histogram->sum}, window);
  } else if (kind == MetricKind::histogram) {
    ++counters_.points_unusable;
  } else {
    take(resource, point, {"", kind == MetricKind::counter ? MetricKind::counter : MetricKind::gauge, point.value},
         window);
  }
}

MetricObserver::Series* MetricObserver::series_at(SeriesId id, const Resource& resource, const MetricPoint& point,
                                                  const Reading& reading, std::int64_t window) {
  if (const auto known = series_.find(id.value); known != series_.end()) return &known->second;
  if (series_.size() >= settings_.series) {
    forget_idle(window);
    if (series_.size() >= settings_.series) {
      ++counters_.series_refused;
      return nullptr;
    }
  }
  Series& series = series_[id.value];
  series.service = service_of(resource, point.attributes);
  series.instance = instance_of(resource, point.attributes);
  series.name = cut(point.name, settings_.name_bytes) + std::string(reading.name_suffix);
  for (const auto& [key, value] : point.attributes)
    series.labels.emplace_back(cut(key, settings_.name_bytes), cut(value, settings_.name_bytes));
  series.kind = reading.kind;
  return &series;
}

void MetricObserver::take(const Resource& resource, const MetricPoint& point, const Reading& reading,
                          std::int64_t window) {
  SeriesId id = series_id(resource, point.name, point.attributes);
  if (!reading.name_suffix.empty()) id.value = combine_hash(id.value, stable_hash(reading.name_suffix, 66));
  Series* const series = series_at(id, resource, point, reading, window);
  if (series == nullptr) return;
  // The same point twice (a retry), or one that went back in time.
  if (series->last_time && point.time <= series->last_time) {
    ++counters_.points_unusable;
    return;
  }
  series->last_window = std::max(series->last_window, window);
  if (point.stale) {
    MetricCounts& counts = windows_[window][id.value];
    if (counts.points == 0) counts = {series->service, series->instance, series->name, series->labels, series->kind};
    counts.ended = true;
    counts.last_time = point.time;
    series->last_time = point.time;
    series->primed = false;  // the next value begins anew
    return;
  }
  if (!std::isfinite(reading.value)) {
    ++counters_.points_unusable;
    return;
  }
  if (series->kind != MetricKind::counter || point.temporality == Temporality::delta) {
    series->last_time = point.time;
    add(id, *series, point.time, reading.value, window);
    return;
  }
  // Cumulative: the growth since the last reading. A smaller value or a later start is a restart, and all of the value
  // is growth. The first reading says nothing: it may hold years.
  const bool restarted =
      reading.value < series->last_value || (point.start && series->start && point.start > series->start);
  const double growth = restarted ? reading.value : reading.value - series->last_value;
  const bool usable = series->primed && growth >= 0;
  series->primed = true;
  series->last_value = reading.value;
  series->last_time = point.time;
  if (point.start) series->start = point.start;
  if (usable) add(id, *series, point.time, growth, window);
}

void MetricObserver::add(SeriesId id, const Series& series, Timestamp time, double value, std::int64_t window) {
  MetricCounts& counts = windows_[window][id.value];
  if (counts.points == 0) {
    if (counts.name.empty()) counts = {series.service, series.instance, series.name, series.labels, series.kind};
    counts.minimum = counts.maximum = value;
  }
  ++counts.points;
  counts.sum += value;
  counts.minimum = std::min(counts.minimum, value);
  counts.maximum = std::max(counts.maximum, value);
  counts.last = value;
  counts.last_time = time;
  counts.ended = false;
}

void MetricObserver::close(std::int64_t window, WindowRollups& out) {
  if (const auto open = windows_.find(window); open != windows_.end()) {
    for (auto& [id, counts] : open->second) out.metrics.push_back({{{id}}, std::move(counts)});
    windows_.erase(open);
  }
  const std::int64_t every = std::max<std::int64_t>(1, settings_.forget_series.ns / settings_.window.ns / 10);
  if (forgotten_at_ == INT64_MIN || window - forgotten_at_ >= every) forget_idle(window);
}

void MetricObserver::forget_idle(std::int64_t window) {
  if (forgotten_at_ == window) return;  // once a window, or a full table would be walked for every point
  forgotten_at_ = window;
  const std::int64_t idle_since = window - settings_.forget_series.ns / settings_.window.ns;
  absl::erase_if(series_, [&](const auto& entry) { return entry.second.last_window < idle_since; });
}

}  // namespace nightjar
