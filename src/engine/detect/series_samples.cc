#include "engine/detect/series_samples.h"

#include <map>
#include <tuple>

namespace nightjar {
namespace {

constexpr int kErrorSeverity = 17;

using RequestLevel = std::tuple<ServiceName, std::string, InstanceName>;

void add_request(std::map<RequestLevel, RequestCounts>& levels, const RequestRollup& rollup) {
  const RequestKey& key = rollup.key;
  levels[{key.service, "", {}}].add(rollup.counts);
  levels[{key.service, key.operation, {}}].add(rollup.counts);
  if (!key.instance.empty()) levels[{key.service, "", key.instance}].add(rollup.counts);
}

}  // namespace

WindowSamples samples_of(const WindowRollups& rollups) {
  WindowSamples samples;
  std::map<RequestLevel, RequestCounts> levels;
  for (const RequestRollup& rollup : rollups.requests) add_request(levels, rollup);
  for (auto& [level, counts] : levels)
    samples.requests.push_back({std::get<0>(level), std::get<1>(level), std::get<2>(level), std::move(counts)});

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

}  // namespace nightjar
