// run/sim/random.h
// PCG32: the same numbers for the same seed on every machine. Source: M. O'Neill, "PCG: A Family of Simple Fast
// Space-Efficient Statistically Good Algorithms", 2014. For simulation only; the engine draws nothing.
#pragma once

#include <cstdint>

namespace nightjar {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed + kIncrement) { next(); }
  std::uint32_t next() {
    const std::uint64_t old = state_;
    state_ = old * 6364136223846793005ull + kIncrement;
    const auto shifted = static_cast<std::uint32_t>(((old >> 18u) ^ old) >> 27u);
    const auto turn = static_cast<std::uint32_t>(old >> 59u);
    return (shifted >> turn) | (shifted << ((-turn) & 31u));
  }
  double uniform() { return next() * (1.0 / 4294967296.0); }
  bool chance(double p) { return uniform() < p; }
  int between(int low, int high) { return low + static_cast<int>(uniform() * (high - low + 1)); }

 private:
  static constexpr std::uint64_t kIncrement = 1442695040888963407ull;
  std::uint64_t state_;
};

}  // namespace nightjar
