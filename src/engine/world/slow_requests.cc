#include "engine/world/slow_requests.h"

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

}  // namespace nightjar
