#include "base/statistics/negative_binomial.h"

#include <limits>
#include <numbers>

#include "base/check.h"
#include "base/statistics/poisson.h"
#include "base/statistics/special.h"

namespace nightjar {
namespace {
// Beyond this the incomplete beta only loses digits against the Poisson limit.
constexpr double kAsGoodAsPoisson = 1e7;
}  // namespace

double log10_at_least(const NegativeBinomial& d, std::uint64_t k) {
  CHECK(d.mean >= 0 && d.size > 0);
  if (k == 0) return 0;
  if (d.mean == 0) return -std::numeric_limits<double>::infinity();
  if (d.size > kAsGoodAsPoisson) return log10_poisson_at_least(k, d.mean);
  return log_incomplete_beta(static_cast<double>(k), d.size, d.mean / (d.mean + d.size)) / std::numbers::ln10;
}

double log10_at_most(const NegativeBinomial& d, std::uint64_t k) {
  CHECK(d.mean >= 0 && d.size > 0);
  if (d.mean == 0) return 0;
  if (d.size > kAsGoodAsPoisson) return log10_poisson_at_most(k, d.mean);
  return log_incomplete_beta(d.size, static_cast<double>(k) + 1, d.size / (d.mean + d.size)) / std::numbers::ln10;
}

}  // namespace nightjar
