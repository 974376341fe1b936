#include "base/statistics/poisson.h"

#include <numbers>

#include "base/statistics/special.h"

namespace nightjar {

double log10_poisson_at_least(std::uint64_t k, double mean) {
  return k == 0 ? 0 : log_gamma_lower(static_cast<double>(k), mean) / std::numbers::ln10;
}

double log10_poisson_at_most(std::uint64_t k, double mean) {
  return log_gamma_upper(static_cast<double>(k) + 1, mean) / std::numbers::ln10;
}

}  // namespace nightjar
