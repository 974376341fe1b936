#include "engine/forecast/exhaustion.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "model/limits.h"

namespace nightjar {
namespace {

constexpr std::size_t kMostResources = 5'000, kRecent = 180, kHours = 672, kSlopePoints = 60;
constexpr double kFastLeastS = 240, kFastWithinS = 2 * 3600, kFastSpanS = 600, kSlowSourceSpanS = 1800;
constexpr std::size_t kLeastPoints = 12;
constexpr double kFastZ = 2.576;     // the slope must be upwards with 99.5 % certainty
constexpr double kLeastRise = 0.01;  // of the limit, over the span looked at
constexpr double kCleanUp = 0.05;    // of the limit: a fall this deep is a clean-up
constexpr double kCleanUpSlack = 0.03;
constexpr Duration kFastHold = minutes(3), kStale = minutes(10);
constexpr double kFull = 0.995, kWasFree = 0.9;
constexpr std::int64_t kAnswerEveryHours = 6;
constexpr double kPageHours = 72, kPageHighHours = 168;

using Resource = ExhaustionForecaster::Resource;

std::string labels_text(const Attributes& labels) {
  std::string text;
  for (const auto& [key, value] : labels) text += key + '=' + value + '\n';
  return text;
}

// A fall of 5 % of the limit from the highest level since the last one: a clean-up began there.
void watch_clean_ups(Resource& r) {
  r.peak_since_clean_up = std::max(r.peak_since_clean_up, r.level);
  if (r.peak_since_clean_up - r.level < kCleanUp * r.limit) return;
  r.highest_clean_up = std::max(r.highest_clean_up, r.peak_since_clean_up);
  r.peak_since_clean_up = r.level;
  r.recent.clear();  // the slope before says nothing about the slope after
  r.fast_until = {};
}

void note_hour(Resource& r, Timestamp at) {
  const std::int64_t hour = at.ns / hours(1).ns;
  const auto level = static_cast<float>(r.level);
  if (r.hourly.empty()) {
    r.hourly.push_back(level);
  } else if (hour == r.hour) {
    r.hourly.back() = std::max(r.hourly.back(), level);
  } else {
    // A gap repeats what was known last.
    for (std::int64_t missing = r.hour + 1; missing < hour && hour - r.hour < 672; ++missing)
      r.hourly.push_back(r.hourly.back());
    r.hourly.push_back(level);
    if (r.hourly.size() > kHours)
      r.hourly.erase(r.hourly.begin(), r.hourly.begin() + static_cast<std::ptrdiff_t>(r.hourly.size() - kHours));
  }
  r.hour = hour;
}

// Every six hours, on whole hours only: the newest, unfinished one would look like a fall.
void answer_phase(Resource& r) {
  if (r.hour - r.answered_hour < kAnswerEveryHours || r.hourly.size() < 2) return;
  r.answered_hour = r.hour;
  const std::span<const float> whole(r.hourly.data(), r.hourly.size() - 1);
  score_candidates(whole, r.scores);
  r.answer = meet_limit(whole, r.limit, r.scores);
  const bool near =
      r.answer.reason == PhaseReason::meets && r.answer.hours < kPageHours && r.answer.hours_high < kPageHighHours;
  r.near_in_a_row = near ? r.near_in_a_row + 1 : 0;
}

Timestamp after(Timestamp now, double s) {
  return now + nanoseconds(static_cast<std::int64_t>(std::clamp(s, 0.0, 365 * 86'400.0) * 1e9));
}

// The last ten minutes; half an hour of a source that reports once a minute. At most 60 points, so that the pairs stay
// few.
std::vector<Point> points_for_slope(const Resource& r) {
  std::vector<Point> points;
  for (const double span : {kFastSpanS, kSlowSourceSpanS}) {
    points.clear();
    for (const Point& point : r.recent)
      if (point.x > r.recent.back().x - span) points.push_back(point);
    if (points.size() >= 2 * kLeastPoints) break;
  }
  const std::size_t step = (points.size() + kSlopePoints - 1) / kSlopePoints;
  std::vector<Point> thinned;
  for (std::size_t i = (points.size() - 1) % step; i < points.size(); i += step) thinned.push_back(points[i]);
  return thinned;
}

void apply_fast_rule(Resource& r, Timestamp now) {
  if (r.level >= kFull * r.limit && r.lowest < kWasFree * r.limit) {
    r.fast_until = now + kFastHold;
    r.fast_eta = r.fast_low = r.fast_high = now;
    return;
  }
  if (r.recent.size() < kLeastPoints || r.recent.back().x - r.recent.front().x < kFastLeastS) return;
  // A clean-up that began above this level will probably begin again.
  if (r.highest_clean_up > 0 && r.level < r.highest_clean_up + kCleanUpSlack * r.limit) return;
  const std::vector<Point> points = points_for_slope(r);
  const RobustLine line = theil_sen(points, kFastZ);
  const double span = points.back().x - points.front().x;
  if (line.slope_low <= 0 || line.slope * span < kLeastRise * r.limit) return;
  const double left = r.limit - r.level;
  if (left / line.slope >= kFastWithinS) return;
  r.fast_until = now + kFastHold;
  r.fast_eta = after(now, left / line.slope);
  r.fast_low = after(now, left / line.slope_high);
  r.fast_high = after(now, left / line.slope_low);
}

// "64 GB" of a metric in bytes; the plain number of any other.
std::string amount_text(const Resource& r, double value) {
  if (r.series.name.find("bytes") == std::string::npos) return three_digits(value);
  for (const auto& [size, unit] : {std::pair(1e12, "TB"), {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}})
    if (value >= size) return fmt::format("{} {}", three_digits(value / size), unit);
  return three_digits(value) + " B";
}

std::string share_text(const Resource& r) {
  return fmt::format("{} of {} ({})", amount_text(r, r.level), amount_text(r, r.limit), percent(r.level / r.limit));
}

std::string who(const Resource& r) {
  std::string text = r.series.service.empty() ? r.series.name : r.series.service.value + ": " + r.series.name;
  return cut(text, 200);
}

Forecast fast_forecast(const Resource& r, Timestamp now) {
  Forecast f{r.series, ForecastKind::exhaustion, now, r.fast_eta, r.fast_low, r.fast_high, r.level, r.limit, ""};
  if (r.fast_eta <= now || r.level >= kFull * r.limit)
    f.text = fmt::format("{} is full: {}", who(r), share_text(r));
  else
    f.text = fmt::format("{} is full in {} at the rate of the last minutes (between {} and {}): {} now", who(r),
                         for_people(r.fast_eta - now), for_people(r.fast_low - now), for_people(r.fast_high - now),
                         share_text(r));
  return f;
}

Forecast phase_based_forecast(const Resource& r, Timestamp now) {
  const auto at = [&](double h) { return Timestamp{r.answered_hour * hours(1).ns} + seconds(std::lround(h * 3600)); };
  Forecast f{r.series,
             ForecastKind::exhaustion,
             now,
             at(r.answer.hours),
             at(r.answer.hours_low),
             at(r.answer.hours_high),
             r.level,
             r.limit,
             ""};
  f.text = fmt::format("{} is full in {} (between {} and {}): {} now", who(r), for_people(f.eta - now),
                       for_people(f.eta_low - now), for_people(f.eta_high - now), share_text(r));
  return f;
}

}  // namespace

void ExhaustionForecaster::observe(const MetricCounts& counts, Timestamp window_start) {
  if (counts.points == 0 || !std::isfinite(counts.last)) return;
  const auto metric = limited_metric(counts.name);
  if (!metric) return;
  const ResourceKey key{counts.service, counts.instance, metric->resource, labels_text(counts.labels)};
  auto found = resources_.find(key);
  if (found == resources_.end()) {
    if (resources_.size() >= kMostResources) return;
    found = resources_.emplace(key, Resource{}).first;
  }
  Resource& r = found->second;
  if (metric->fixed_limit) r.limit = *metric->fixed_limit;
  switch (metric->role) {
    case LimitRole::limit:
      r.limit = counts.last;
      return;
    case LimitRole::remaining:
      r.remaining = counts.last;
      if (r.limit <= 0) return;
      r.level = std::max(0.0, r.limit - r.remaining);
      break;
    case LimitRole::level:
      r.level = counts.last;
      break;
  }
  if (r.series.name.empty())
    r.series = {counts.service, "", counts.instance, Measure::metric, series_text(counts.name, counts.labels)};
  r.lowest = r.seen ? std::min(r.lowest, r.level) : r.level;
  r.seen = window_start;
  r.recent.push_back({static_cast<double>(window_start.ns / 1'000'000'000), r.level});
  if (r.recent.size() > kRecent) r.recent.pop_front();
  if (r.limit <= 0) return;
  watch_clean_ups(r);
  note_hour(r, window_start);
}

std::vector<Forecast> ExhaustionForecaster::forecasts(Timestamp engine_time) {
  std::vector<Forecast> result;
  for (auto& [key, r] : resources_) {
    if (r.limit <= 0 || !r.seen || engine_time - r.seen > kStale) continue;
    answer_phase(r);
    apply_fast_rule(r, engine_time);
    if (r.fast_until >= engine_time)
      result.push_back(fast_forecast(r, engine_time));
    else if (r.near_in_a_row >= 2)
      result.push_back(phase_based_forecast(r, engine_time));
  }
  std::sort(result.begin(), result.end(), [](const Forecast& a, const Forecast& b) { return a.series < b.series; });
  return result;
}

}  // namespace nightjar
