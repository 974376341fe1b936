#include "engine/observe/merge.h"

#include <map>

#include "base/check.h"
#include "engine/observe/fold.h"

namespace nightjar {
namespace {

template <class Rollup>
void append(std::vector<Rollup>& to, const std::vector<Rollup>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

WindowRollups merge(std::span<const WindowRollups> partials, AddressBook& addresses, const FoldLimits& limits) {
  CHECK(!partials.empty());
  WindowRollups merged;
  merged.window = partials.front().window;
  for (const WindowRollups& part : partials) {
    CHECK(part.window == merged.window);
    append(merged.requests, part.requests);
    append(merged.dependencies, part.dependencies);
    append(merged.statements, part.statements);
    append(merged.patterns, part.patterns);
    append(merged.metrics, part.metrics);
    append(merged.answers, part.answers);
    append(merged.unanswered, part.unanswered);
    merged.late += part.late;
    merged.metric_points += part.metric_points;
  }
  fold(merged, limits);  // sorts the answers and adds them up
  addresses.learn(merged.answers, merged.window.start);
  for (const UnansweredRollup& call : merged.unanswered) {
    const ServiceName* callee = addresses.who_is(call.key.caller, call.key.address);
    merged.dependencies.push_back(
        {{call.key.caller, callee ? *callee : call.key.external, callee ? call.key.kind : DependencyKind::external},
         call.counts});
  }
  merged.answers.clear();
  merged.unanswered.clear();
  fold(merged, limits);
  return merged;
}

WindowRollups merge(std::span<const WindowRollups> partials) {
  AddressBook addresses;
  return merge(partials, addresses);
}

std::vector<WindowRollups> merge_lanes(std::span<const std::vector<WindowRollups>> lanes, AddressBook& addresses,
                                       const FoldLimits& limits) {
  std::map<Timestamp, std::vector<WindowRollups>> by_start;
  for (const std::vector<WindowRollups>& lane : lanes)
    for (const WindowRollups& part : lane) by_start[part.window.start].push_back(part);
  std::vector<WindowRollups> merged;
  for (const auto& [start, parts] : by_start) merged.push_back(merge(parts, addresses, limits));
  return merged;
}

}  // namespace nightjar
