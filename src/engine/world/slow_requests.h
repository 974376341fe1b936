// engine/world/slow_requests.h
// What counts as slow: longer than half as much again as 99 % of the same operation's requests took in a reference
// period. Learnt from the service itself, so a page that always takes two seconds is not slow. Operations with fewer
// than 50 requests have no limit.
#pragma once

#include <map>
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

}  // namespace nightjar
