// engine/world/slow_requests.h
// What counts as slow: longer than half as much again as 99 % of the same operation's requests took in a reference
// period. Learnt from the service itself, so a page that always takes two seconds is not slow. Operations with fewer
// than 50 requests have no limit.
#pragma once

#include <map>
#include <set>
#include <string>

#include "engine/world/history.h"

namespace nightjar {

using SlowLimits = std::map<std::string, std::int64_t>;  // operation -> nanoseconds

SlowLimits slow_limits(const History& history, const ServiceName& service, TimeRange reference);

struct SlowCount {
  std::uint64_t requests = 0, slow = 0;  // of operations that have a limit
};
SlowCount count_slow(const History& history, const SlowLimits& limits, const RequestSelector& selector,
                     TimeRange range);

// The usual pace of the operations of some services: the 90th percentile of their durations in a reference period, in
// nanoseconds. Operations with fewer than 50 requests have none.
using Pace = std::map<std::pair<ServiceName, std::string>, double>;
Pace pace_of(const History& history, const std::set<ServiceName>& services, TimeRange reference);
// How many times slower than their pace these operations are in this window: the median over the operations with at
// least eight requests. What a crowded machine or network does to all of them; 1 when fewer than three can tell, and
// never below 1.
double slowdown(const Pace& pace, const WindowRollups& rollups);

}  // namespace nightjar
