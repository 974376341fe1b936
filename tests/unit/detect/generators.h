// tests/unit/detect/generators.h
// Series on which nothing is wrong, for the stated false-alarm rate: a daily wave with calmer weekends under six kinds
// of noise, and counts. Seeded; the same on every machine.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

#include "tests/unit/statistics/pcg32.h"

namespace nightjar {

enum class Noise { gaussian, autocorrelated, student_t3, log_normal, poisson_3, poisson_sparse, constant };
inline constexpr Noise kNoises[] = {Noise::gaussian,   Noise::autocorrelated, Noise::student_t3,
                                    Noise::log_normal, Noise::poisson_3,      Noise::poisson_sparse};
inline std::string_view name_of(Noise noise) {
  switch (noise) {
    case Noise::gaussian:
      return "gaussian";
    case Noise::autocorrelated:
      return "autocorrelated";
    case Noise::student_t3:
      return "student t3";
    case Noise::log_normal:
      return "log-normal";
    case Noise::poisson_3:
      return "poisson 3";
    case Noise::poisson_sparse:
      return "poisson 0.05";
    case Noise::constant:
      return "constant";
  }
  return "";
}

class QuietSeries {
 public:
  QuietSeries(Noise noise, std::uint64_t seed)
      : noise_(noise), random_(seed), share_(0.04 + 0.04 * random_.uniform()) {}

  double at(std::int64_t second) {
    const double day = static_cast<double>(second % 86'400) / 86'400;
    const bool weekend = (second / 86'400 + 3) % 7 >= 5;
    const double base = 100 + 40 * std::sin(2 * std::numbers::pi * day) - (weekend ? 25 : 0);
    switch (noise_) {
      case Noise::gaussian:
        return base * (1 + share_ * random_.normal());
      case Noise::autocorrelated:
        wander_ = 0.95 * wander_ + std::sqrt(1 - 0.95 * 0.95) * random_.normal();
        return base * (1 + share_ * wander_);
      case Noise::student_t3:
        return base * (1 + share_ * random_.student_t3() / std::sqrt(3.0));
      case Noise::log_normal:
        return base * std::exp(3 * share_ * random_.normal());
      case Noise::poisson_3:
        return static_cast<double>(random_.poisson(3));
      case Noise::poisson_sparse:
        return static_cast<double>(random_.poisson(0.05));
      case Noise::constant:
        return 42;
    }
    return 0;
  }
  double share() const { return share_; }

 private:
  Noise noise_;
  Pcg32 random_;
  double share_, wander_ = 0;
};

}  // namespace nightjar
