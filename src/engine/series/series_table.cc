#include "engine/series/series_table.h"

#include <algorithm>
#include <utility>

#include "engine/series/series_judges.h"

namespace nightjar {
namespace {

// A quantile of few durations is noise: latencies wait for this many requests, or for a minute.
constexpr std::uint64_t kRequestsForPoint = 30, kLeastRequestsForPoint = 10;
constexpr std::uint32_t kWindowsForPoint = 6;

SeriesKey key_of(const RequestSample& sample, Measure measure) {
  return {sample.service, sample.operation, sample.instance, measure, ""};
}
// All requests of all services: silent when nothing arrives at all.
SeriesKey everything() { return {}; }

template <class T>
void sort_by_series(std::vector<T>& list) {
  std::stable_sort(list.begin(), list.end(), [](const T& a, const T& b) { return a.series < b.series; });
}

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

bool owned(const SeriesKey& key, std::size_t lane, std::size_t lanes) { return key.id().value % lanes == lane; }

WindowJudgement join_judgements(std::vector<WindowJudgement> of_lanes) {
  WindowJudgement joined;
  for (WindowJudgement& judgement : of_lanes) {
    append(joined.expected, judgement.expected);
    append(joined.anomalies, judgement.anomalies);
    append(joined.forecasts, judgement.forecasts);
  }
  sort_by_series(joined.expected);
  sort_by_series(joined.anomalies);
  sort_by_series(joined.forecasts);
  return joined;
}

SeriesTable::SeriesTable(const SeriesTableSettings& settings) : settings_(settings), metrics_(settings.most_metrics) {}

SeriesEntry* SeriesTable::find(const SeriesKey& key, Keeps keeps, std::uint32_t second) {
  auto at = entries_.find(key);
  if (at == entries_.end()) {
    if (!owned(key, settings_.lane, settings_.lanes)) return nullptr;
    if (entries_.size() >= settings_.most_series) {
      ++refused_;
      return nullptr;
    }
    at = entries_.emplace(key, SeriesEntry{}).first;
    if (keeps == Keeps::channels) at->second.state = std::make_unique<SeriesState>();
  }
  at->second.last_sample = second;
  return &at->second;
}

WindowJudgement SeriesTable::judge(const WindowRollups& merged, const std::vector<ClosedSeries>& metrics) {
  JudgementInProgress out;
  out.window = merged.window;
  out.window_s = (merged.window.end - merged.window.start).seconds();
  const std::uint32_t second = out.second();

  const WindowSamples samples = samples_of(merged);
  roster_.observe(samples, merged.window.start);
  std::uint64_t all_requests = 0;
  for (const RequestSample& sample : samples.requests) {
    judge_request_sample(sample, out);
    if (sample.operation.empty() && sample.instance.empty()) all_requests += sample.counts.requests;
  }
  const bool anything = !samples.requests.empty() || merged.metric_points > 0 || !samples.patterns.empty();
  if (SeriesEntry* all = find(everything(), Keeps::counts, second))
    judge_instance(everything(), *all, all_requests, anything ? Absence::excused : Absence::unexplained, out);

  metrics_.judge(metrics, out);
  for (const MetricRollup& rollup : merged.metrics) exhaustion_.observe(rollup.counts, merged.window.start);
  judge_patterns(samples, out);
  // When nothing arrived from anybody, the road is broken and not every service on it.
  if (anything) {
    judge_the_silent(out);
    metrics_.close_the_abandoned(out);
  }
  forget_the_gone(second);
  metrics_.forget_the_gone(second);

  WindowJudgement judgement{std::move(out.expected), std::move(out.anomalies), {}};
  for (Forecast& forecast : exhaustion_.forecasts(merged.window.end))
    if (owned(forecast.series, settings_.lane, settings_.lanes)) judgement.forecasts.push_back(std::move(forecast));
  std::vector<WindowJudgement> one;
  one.push_back(std::move(judgement));
  return join_judgements(std::move(one));
}

void SeriesTable::judge_request_sample(const RequestSample& sample, JudgementInProgress& out) {
  const std::uint32_t second = out.second();
  const SeriesKey requests = key_of(sample, Measure::requests);
  if (!sample.instance.empty()) {
    if (SeriesEntry* entry = find(requests, Keeps::counts, second))
      judge_instance(requests, *entry, sample.counts.requests, Absence::unexplained, out);
    return;
  }
  if (SeriesEntry* entry = find(requests, Keeps::channels, second))
    judge_requests(requests, *entry, sample.counts.requests, out);
  const SeriesKey errors = key_of(sample, Measure::error_ratio);
  if (SeriesEntry* entry = find(errors, Keeps::counts, second))
    judge_errors(errors, *entry, sample.counts.errors, sample.counts.requests, out);
  judge_durations(sample, Measure::p95, out);
  judge_durations(sample, Measure::self_time, out);
}

void SeriesTable::judge_durations(const RequestSample& sample, Measure measure, JudgementInProgress& out) {
  const SeriesKey key = key_of(sample, measure);
  SeriesEntry* entry = find(key, Keeps::channels, out.second());
  if (entry == nullptr) return;
  PendingDurations& pending = entry->pending;
  pending.requests += sample.counts.requests;
  ++pending.windows;
  if (measure == Measure::p95)
    pending.durations.add(sample.counts.durations);
  else
    pending.self_time_ns += sample.counts.self_time_ns;
  const bool is_full = pending.requests >= kRequestsForPoint;
  if (!is_full && pending.windows < kWindowsForPoint) return;
  if (pending.requests >= kLeastRequestsForPoint) {
    const double ns = measure == Measure::p95
                          ? pending.durations.quantile_ns(0.95)
                          : static_cast<double>(pending.self_time_ns) / static_cast<double>(pending.requests);
    judge_value(key, *entry->state, entry->episode, ns * 1e-6, out);
  }
  pending = {};
}

void SeriesTable::judge_patterns(const WindowSamples& samples, JudgementInProgress& out) {
  for (const PatternSample& sample : samples.patterns) {
    const SeriesKey key{sample.service, "", {}, Measure::log_lines, to_string(sample.pattern)};
    SeriesEntry* entry = find(key, Keeps::counts, out.second());
    if (entry == nullptr) continue;
    if (entry->text.empty()) entry->text = sample.text;
    const Duration watched = out.window.start - roster_.service_since(sample.service);
    judge_lines(key, *entry, sample.lines, static_cast<std::uint32_t>(watched.seconds() / out.window_s), out);
  }
}

void SeriesTable::judge_the_silent(JudgementInProgress& out) {
  for (auto& [key, entry] : entries_) {
    if (entry.last_sample == out.second()) continue;
    switch (key.measure) {
      case Measure::requests:
        if (key.instance.empty()) {
          judge_requests(key, entry, 0, out);
        } else {
          const bool excused =
              !roster_.served_in(key.service, out.window.start) || roster_.was_replaced(key.service, key.instance);
          judge_instance(key, entry, 0, excused ? Absence::excused : Absence::unexplained, out);
        }
        break;
      case Measure::log_lines:
        judge_lines(key, entry, 0, 0, out);
        break;
      case Measure::error_ratio:
      case Measure::p95:
      case Measure::self_time:
      case Measure::calls:
        close_if_abandoned(key, entry.state.get(), entry.episode, entry.last_sample, out);
        break;
      case Measure::metric:
        break;  // MetricTable
    }
  }
}

void SeriesTable::forget_the_gone(std::uint32_t second) {
  if (second % 600 != 0) return;
  std::erase_if(entries_, [&](const auto& item) {
    return second - item.second.last_sample > kForgottenS && item.second.episode.phase == EpisodePhase::none;
  });
}

}  // namespace nightjar
