#include "engine/detect/series_samples.h"

#include <map>
#include <tuple>

namespace nightjar {
namespace {

constexpr int kErrorSeverity = 17;

// Says when something began, not how it is: it changes at every restart and means nothing then.
bool is_only_a_date(const std::string& name) {
  return name.ends_with("_created") || name.ends_with("start_time_seconds") || name.ends_with("_info");
}

using RequestLevel = std::tuple<ServiceName, std::string, InstanceName>;

void add_request(std::map<RequestLevel, RequestCounts>& levels, const RequestRollup& rollup) {
  const RequestKey& key = rollup.key;
  levels[{key.service, "", {}}].add(rollup.counts);
  levels[{key.service, key.operation, {}}].add(rollup.counts);
  if (!key.instance.empty()) levels[{key.service, "", key.instance}].add(rollup.counts);
}

double metric_value(const MetricCounts& counts, double window_s) {
  switch (counts.kind) {
    case MetricKind::counter:
      return counts.sum / window_s;
    case MetricKind::gauge:
    case MetricKind::histogram:
    case MetricKind::summary:
    case MetricKind::unknown:
      return counts.sum / static_cast<double>(counts.points);
  }
  return 0;
}

}  // namespace

WindowSamples samples_of(const WindowRollups& rollups) {
  WindowSamples samples;
  std::map<RequestLevel, RequestCounts> levels;
  for (const RequestRollup& rollup : rollups.requests) add_request(levels, rollup);
  for (auto& [level, counts] : levels)
    samples.requests.push_back({std::get<0>(level), std::get<1>(level), std::get<2>(level), std::move(counts)});

  const double window_s = (rollups.window.end - rollups.window.start).seconds();
  std::map<SeriesKey, MetricSample> metrics;
  for (const MetricRollup& rollup : rollups.metrics) {
    const MetricCounts& counts = rollup.counts;
    if (counts.points == 0 || is_only_a_date(counts.name)) continue;
    SeriesKey key{counts.service, "", counts.instance, Measure::metric, metric_series_name(counts)};
    metrics.emplace(key, MetricSample{key, metric_value(counts, window_s), &counts});
  }
  for (auto& [key, sample] : metrics) samples.metrics.push_back(std::move(sample));

  std::map<std::pair<ServiceName, PatternId>, PatternSample> patterns;
  for (const PatternRollup& rollup : rollups.patterns) {
    if (rollup.counts.severity < kErrorSeverity) continue;
    PatternSample& sample = patterns[{rollup.key.service, rollup.key.pattern}];
    if (sample.lines == 0) sample = {rollup.key.service, rollup.key.pattern, 0, rollup.counts.text};
    sample.lines += rollup.counts.lines;
  }
  for (auto& [key, sample] : patterns) samples.patterns.push_back(std::move(sample));
  return samples;
}

std::string metric_series_name(const MetricCounts& counts) {
  if (counts.labels.empty()) return counts.name;
  std::string name = counts.name + "{";
  for (std::size_t i = 0; i < counts.labels.size(); ++i) {
    if (i > 0) name += ',';
    name += counts.labels[i].first + "=\"" + counts.labels[i].second + '"';
  }
  return name + "}";
}

}  // namespace nightjar
