#include "base/statistics/wilson.h"

#include <algorithm>
#include <cmath>

namespace nightjar {

ProportionInterval wilson_interval(double successes, double trials, double z) {
  if (trials <= 0) return {};
  const double p = std::clamp(successes / trials, 0.0, 1.0);
  const double z2 = z * z;
  const double centre = (p + z2 / (2 * trials)) / (1 + z2 / trials);
  const double half = z / (1 + z2 / trials) * std::sqrt(p * (1 - p) / trials + z2 / (4 * trials * trials));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace nightjar
