#include "engine/observe/split.h"

#include "base/check.h"
#include "base/hash.h"

namespace nightjar {

std::vector<std::vector<Signals>> split(std::vector<Signals> signals, std::size_t lanes) {
  CHECK(lanes >= 1);
  std::vector<std::vector<Signals>> dealt(lanes);
  if (lanes == 1) {
    dealt[0] = std::move(signals);
    return dealt;
  }
  for (Signals& from : signals) {
    std::vector<Signals*> part(lanes, nullptr);
    const auto lane_of = [&](std::uint64_t hash) -> Signals& {
      const std::size_t lane = hash % lanes;
      if (part[lane] == nullptr) {
        part[lane] = &dealt[lane].emplace_back();
        part[lane]->resource = from.resource;
        part[lane]->scope = from.scope;
      }
      return *part[lane];
    };
    for (Span& span : from.spans) {
      const std::string_view trace{reinterpret_cast<const char*>(span.trace_id.data()), span.trace_id.size()};
      lane_of(stable_hash(trace, 71)).spans.push_back(std::move(span));
    }
    if (!from.logs.empty()) {
      Signals& to = lane_of(stable_hash(from.resource.service.value, 72));
      to.logs.insert(to.logs.end(), std::make_move_iterator(from.logs.begin()),
                     std::make_move_iterator(from.logs.end()));
    }
    for (MetricPoint& point : from.metrics) lane_of(point.id.value).metrics.push_back(std::move(point));
  }
  return dealt;
}

}  // namespace nightjar
