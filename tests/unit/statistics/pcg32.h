// tests/unit/statistics/pcg32.h
// Seeded random numbers for tests: PCG32 (M. O'Neill 2014), the same on every machine, with the few distributions the
// generators need. Not for the product: the engine has no randomness.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace nightjar {

class Pcg32 {
 public:
  explicit Pcg32(std::uint64_t seed, std::uint64_t stream = 54) : increment_((stream << 1) | 1) {
    next();
    state_ += seed;
    next();
  }
  std::uint32_t next() {
    const std::uint64_t old = state_;
    state_ = old * 6364136223846793005ULL + increment_;
    const auto shifted = static_cast<std::uint32_t>(((old >> 18) ^ old) >> 27);
    const auto turn = static_cast<std::uint32_t>(old >> 59);
    return (shifted >> turn) | (shifted << ((32 - turn) & 31));
  }
  double uniform() { return (next() + 0.5) / 4294967296.0; }  // in (0, 1)
  double normal() {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    const double radius = std::sqrt(-2 * std::log(uniform())), angle = 2 * std::numbers::pi * uniform();
    spare_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
  }
  double exponential() { return -std::log(uniform()); }
  // By exponential gaps below 30, above by the sum of independent halves: exact at any mean.
  std::uint64_t poisson(double mean) {
    std::uint64_t total = 0;
    while (mean > 30) {
      const double half = std::floor(mean * 0.875);
      const double at = gamma(half);
      if (at >= mean) return total + binomial(static_cast<std::uint64_t>(half) - 1, mean / at);
      total += static_cast<std::uint64_t>(half);
      mean -= at;
    }
    const double limit = std::exp(-mean);
    double product = uniform();
    while (product > limit) product *= uniform(), ++total;
    return total;
  }
  std::uint64_t binomial(std::uint64_t n, double p) {
    std::uint64_t hits = 0;
    if (static_cast<double>(n) * p < 15 && p < 0.5) {  // geometric gaps
      const double log_miss = std::log1p(-p);
      for (double at = std::floor(std::log(uniform()) / log_miss); at < static_cast<double>(n);
           at += 1 + std::floor(std::log(uniform()) / log_miss))
        ++hits;
      return hits;
    }
    for (std::uint64_t i = 0; i < n; ++i) hits += uniform() < p;
    return hits;
  }
  // Marsaglia and Tsang 2000; shape >= 1/3 or so.
  double gamma(double shape) {
    if (shape < 1) return gamma(shape + 1) * std::pow(uniform(), 1 / shape);
    const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    for (;;) {
      const double z = normal(), v = std::pow(1 + c * z, 3);
      if (v > 0 && std::log(uniform()) < 0.5 * z * z + d - d * v + d * std::log(v)) return d * v;
    }
  }
  double student_t3() {
    double sum = 0;
    for (int i = 0; i < 3; ++i) {
      const double z = normal();
      sum += z * z;
    }
    return normal() / std::sqrt(sum / 3);
  }

 private:
  std::uint64_t state_ = 0, increment_;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace nightjar
