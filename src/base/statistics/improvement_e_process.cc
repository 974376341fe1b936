#include "base/statistics/improvement_e_process.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "base/check.h"
#include "base/statistics/log_sum_exp.h"

namespace nightjar {

static_assert(std::is_trivially_copyable_v<ImprovementEProcess>);

namespace {

// Log likelihood ratio of "side A fails r times as often" against "both fail alike", for errors split over two sides of
// which A has the share rho of the requests.
double split_log_ratio(double r, double rho, double errors_a, double errors_b) {
  return errors_a * std::log(r) - (errors_a + errors_b) * std::log(r * rho + 1 - rho);
}

template <std::size_t K>
double even_mixture(const std::array<double, K>& log_ratios) {
  return log_sum_exp(log_ratios) - std::log(static_cast<double>(K));
}

}  // namespace

ImprovementEProcess::ImprovementEProcess(double phi) : phi_(phi) { CHECK(phi >= 1); }

void ImprovementEProcess::observe(const Pair& pair) {
  if (pair.requests_before == 0 || pair.requests_after == 0) return;
  const auto before = static_cast<double>(pair.requests_before), after = static_cast<double>(pair.requests_after);
  const auto errors_before = static_cast<double>(std::min(pair.errors_before, pair.requests_before));
  const auto errors_after = static_cast<double>(std::min(pair.errors_after, pair.requests_after));
  const double rho = before / (before + after);
  for (std::size_t k = 0; k < kRatios.size(); ++k) {
    improved_log_ratio_[k] += split_log_ratio(kRatios[k], rho, errors_before, errors_after) / phi_;
    worse_log_ratio_[k] += split_log_ratio(kRatios[k], 1 - rho, errors_after, errors_before) / phi_;
  }
  improved_ = even_mixture(improved_log_ratio_);
  worse_ = even_mixture(worse_log_ratio_);
  improved_max_ = std::max(improved_max_, improved_);
  worse_max_ = std::max(worse_max_, worse_);
}

}  // namespace nightjar
