#include "engine/observe/metric_observer.h"

#include <algorithm>
#include <cmath>

#include "model/limits.h"

namespace nightjar {
namespace {

// Prometheus remote write often brings no type; the names are a convention its own tools rely on.
bool counts_up(const SeriesIdentity& series) {
  if (series.kind == MetricKind::counter) return true;
  if (series.kind != MetricKind::unknown) return false;
  for (const std::string_view end : {"_total", "_count", "_sum"})
    if (series.name.ends_with(end)) return true;
  return false;
}

}  // namespace

MetricObserver::MetricObserver(const ObserveSettings& settings, ObserveCounters& counters)
    : settings_(settings), counters_(counters) {}

void MetricObserver::expect(SeriesId id) const { index_.prefetch(id.value); }

void MetricObserver::observe(const MetricPoint& point, std::int64_t window) {
  Series* series = series_at(point.id, *point.series, window);
  if (series == nullptr) return;
  switch (series->use) {
    case Use::bucket:
      ++counters_.buckets_skipped;
      series->last_window = std::max(series->last_window, window);
      return;
    case Use::histogram:
      if (!point.histogram) {
        ++counters_.points_unusable;
        return;
      }
      series->last_window = std::max(series->last_window, window);
      if (Series* count = counter_at(*point.series, "_count", window))
        take(*count, point, static_cast<double>(point.histogram->count), window);
      if (Series* sum = counter_at(*point.series, "_sum", window)) take(*sum, point, point.histogram->sum, window);
      return;
    case Use::gauge:
    case Use::counter:
      take(*series, point, point.value, window);
      return;
  }
}

MetricObserver::Series* MetricObserver::counter_at(const SeriesIdentity& histogram, std::string_view suffix,
                                                   std::int64_t window) {
  const SeriesId id = counter_id_of_histogram(histogram, suffix);
  if (const auto known = index_.find(id.value); known != index_.end()) return &series_[known->second];
  return series_at(id, *counter_of_histogram(histogram, suffix), window);
}

// Valid until the next call.
MetricObserver::Series* MetricObserver::series_at(SeriesId id, const SeriesIdentity& identity, std::int64_t window) {
  if (const auto known = index_.find(id.value); known != index_.end()) return &series_[known->second];
  if (index_.size() >= settings_.series) {
    forget_idle(window);
    if (index_.size() >= settings_.series) {
      ++counters_.series_refused;
      return nullptr;
    }
  }
  std::uint32_t place = static_cast<std::uint32_t>(series_.size());
  if (free_.empty()) {
    series_.emplace_back();
  } else {
    place = free_.back();
    free_.pop_back();
  }
  index_.emplace(id.value, place);
  Series& series = series_[place];
  series.identity = identity.shared_from_this();
  series.limited = limited_metric(identity.name).has_value();
  if (identity.name.ends_with("_bucket") && !identity.labels.find("le").empty())
    series.use = Use::bucket;
  else if (identity.kind == MetricKind::histogram || identity.kind == MetricKind::summary)
    series.use = Use::histogram;
  else
    series.use = counts_up(identity) ? Use::counter : Use::gauge;
  return &series;
}

void MetricObserver::take(Series& series, const MetricPoint& point, double value, std::int64_t window) {
  // The same point twice (a retry), or one that went back in time.
  if (series.last_time && point.time <= series.last_time) {
    ++counters_.points_unusable;
    return;
  }
  series.last_window = std::max(series.last_window, window);
  if (point.stale) {
    Sums& sums = sums_of(series, window);
    sums.ended = true;
    sums.last_time = series.last_time = point.time;
    series.primed = false;  // the next value begins anew
    return;
  }
  if (!std::isfinite(value)) {
    ++counters_.points_unusable;
    return;
  }
  bool usable = true;
  if (series.use == Use::counter && series.identity->temporality != Temporality::delta) {
    // Cumulative: the growth since the last reading. A smaller value or a later start is a restart, and all of the
    // value is growth. The first reading says nothing: it may hold years.
    const bool restarted = value < series.last_value || (point.start && series.start && point.start > series.start);
    const double growth = restarted ? value : value - series.last_value;
    usable = series.primed && growth >= 0;
    series.primed = true;
    series.last_value = value;
    if (point.start) series.start = point.start;
    value = growth;
  }
  series.last_time = point.time;
  if (!usable) return;
  Sums& sums = sums_of(series, window);
  ++sums.points;
  sums.sum += value;
  sums.last = value;
  sums.last_time = point.time;
  sums.ended = false;
}

MetricObserver::Sums& MetricObserver::sums_of(Series& series, std::int64_t window) {
  for (Sums& sums : series.open)
    if (sums.window == window) return sums;
  const auto place = static_cast<std::uint32_t>(&series - series_.data());
  Window& open = windows_[window];
  for (Sums& sums : series.open) {
    if (sums.window != INT64_MIN) continue;
    sums.window = window;
    open.touched.push_back(place);
    return sums;
  }
  const auto [aside, is_new] = open.aside.try_emplace(place);
  if (is_new) open.touched.push_back(place);
  aside->second.window = window;
  return aside->second;
}

void MetricObserver::close(std::int64_t window, WindowRollups& rollups, std::vector<ClosedSeries>& closed) {
  if (const auto open = windows_.find(window); open != windows_.end()) {
    for (const std::uint32_t place : open->second.touched) {
      Series& series = series_[place];
      Sums sums;
      const auto here =
          std::find_if(series.open.begin(), series.open.end(), [&](const Sums& one) { return one.window == window; });
      if (here != series.open.end())
        std::swap(sums, *here);
      else
        sums = open->second.aside.at(place);
      const MetricKind kind = series.use == Use::counter ? MetricKind::counter : MetricKind::gauge;
      rollups.metric_points += sums.points;
      closed.push_back({series.identity, kind, sums.points, sums.sum, sums.last, sums.last_time, sums.ended});
      if (series.limited) {
        const SeriesIdentity& who = *series.identity;
        rollups.metrics.push_back({{who.id},
                                   {who.service, who.instance, who.name, who.labels.to_attributes(), kind, sums.points,
                                    sums.sum, sums.last, sums.last_time, sums.ended}});
      }
    }
    windows_.erase(open);
  }
  const std::int64_t every = std::max<std::int64_t>(1, settings_.forget_series.ns / settings_.window.ns / 10);
  if (forgotten_at_ == INT64_MIN || window - forgotten_at_ >= every) forget_idle(window);
}

void MetricObserver::forget_idle(std::int64_t window) {
  if (forgotten_at_ == window) return;  // once a window, or a full table would be walked for every point
  forgotten_at_ = window;
  const std::int64_t idle_since = window - settings_.forget_series.ns / settings_.window.ns;
  for (std::uint32_t place = 0; place < series_.size(); ++place) {
    Series& series = series_[place];
    if (!series.identity || series.last_window >= idle_since) continue;
    index_.erase(series.identity->id.value);
    series = {};
    free_.push_back(place);
  }
}

}  // namespace nightjar
