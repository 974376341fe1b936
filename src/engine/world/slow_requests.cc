#include "engine/world/slow_requests.h"

#include <algorithm>

namespace nightjar {

SlowLimits slow_limits(const History& history, const ServiceName& service, TimeRange reference) {
  std::map<std::string, DurationSketch> durations;
  history.for_each(reference, [&](const WindowRollups& rollups) {
    if (!reference.contains(rollups.window.start)) return;
    for (const RequestRollup& request : rollups.requests)
      if (request.key.service == service) durations[request.key.operation].add(request.counts.durations);
  });
  SlowLimits limits;
  for (const auto& [operation, sketch] : durations)
    if (sketch.count() >= 50) limits[operation] = static_cast<std::int64_t>(sketch.quantile_ns(0.99) * 1.5);
  return limits;
}

SlowCount count_slow(const History& history, const SlowLimits& limits, const RequestSelector& selector,
                     TimeRange range) {
  SlowCount count;
  history.for_each(range, [&](const WindowRollups& rollups) {
    if (!range.contains(rollups.window.start)) return;
    for (const RequestRollup& request : rollups.requests) {
      const auto limit = limits.find(request.key.operation);
      if (limit == limits.end() || !selector.matches(request.key)) continue;
      count.requests += request.counts.requests;
      count.slow += request.counts.durations.longer_than(limit->second);
    }
  });
  return count;
}

Pace pace_of(const History& history, const std::set<ServiceName>& services, TimeRange reference) {
  std::map<std::pair<ServiceName, std::string>, DurationSketch> durations;
  history.for_each(reference, [&](const WindowRollups& rollups) {
    if (!reference.contains(rollups.window.start)) return;
    for (const RequestRollup& request : rollups.requests)
      if (services.contains(request.key.service))
        durations[{request.key.service, request.key.operation}].add(request.counts.durations);
  });
  Pace pace;
  for (const auto& [operation, sketch] : durations)
    if (sketch.count() >= 50) pace[operation] = sketch.quantile_ns(0.9);
  return pace;
}

double slowdown(const Pace& pace, const WindowRollups& rollups) {
  std::map<std::pair<ServiceName, std::string>, DurationSketch> durations;
  for (const RequestRollup& request : rollups.requests) {
    const std::pair operation(request.key.service, request.key.operation);
    if (pace.contains(operation)) durations[operation].add(request.counts.durations);
  }
  std::vector<double> times;
  for (const auto& [operation, sketch] : durations)
    if (sketch.count() >= 8) times.push_back(sketch.quantile_ns(0.9) / std::max(1.0, pace.at(operation)));
  if (times.size() < 3) return 1;
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  return std::max(1.0, times[times.size() / 2]);
}

}  // namespace nightjar
