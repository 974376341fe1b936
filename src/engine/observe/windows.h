// engine/observe/windows.h
// Windows are numbered from the epoch: number n covers [n * width, (n + 1) * width).
#pragma once

#include "base/time.h"

namespace nightjar {

constexpr std::int64_t window_number(Timestamp t, Duration width) {
  const std::int64_t whole = t.ns / width.ns;
  return t.ns % width.ns < 0 ? whole - 1 : whole;
}
constexpr TimeRange window_range(std::int64_t number, Duration width) {
  return {{number * width.ns}, {(number + 1) * width.ns}};
}

}  // namespace nightjar
