#include "base/statistics/contrast_e_process.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "base/check.h"

namespace nightjar {

static_assert(std::is_trivially_copyable_v<ContrastEProcess>);

namespace {

// Log likelihood ratio of relative risk `r` against `null` for errors split over the arms in traffic shares rho, 1-rho.
// theta_r = r*rho / (r*rho + 1 - rho), so theta_r/theta_0 = (r/null) * d0/dr and (1-theta_r)/(1-theta_0) = d0/dr.
double contrast_log_ratio(double r, double null, double rho, double errors_new, double errors_old) {
  const double normaliser = std::log((null * rho + 1 - rho) / (r * rho + 1 - rho));
  return errors_new * std::log(r / null) + (errors_new + errors_old) * normaliser;
}

}  // namespace

ContrastEProcess::ContrastEProcess(const ContrastSettings& settings) : settings_(settings) {
  CHECK(settings.phi >= 1 && settings.epsilon >= 0 && settings.no_harm_ratio > 1.1);
}

void ContrastEProcess::observe(const Bucket& bucket) {
  if (bucket.requests_new == 0 || bucket.requests_old == 0) return;
  const auto treated = static_cast<double>(bucket.requests_new), control = static_cast<double>(bucket.requests_old);
  const auto errors_new = static_cast<double>(bucket.errors_new), errors_old = static_cast<double>(bucket.errors_old);
  const double rho = treated / (treated + control);

  const double null = 1 + settings_.epsilon;
  std::array<double, 7> increments{};
  std::size_t active = 0;
  for (double ratio : kRatios)
    if (ratio > null)
      increments[active++] = contrast_log_ratio(ratio, null, rho, errors_new, errors_old) / settings_.phi;
  harm_.observe(increments, active, bucket.seconds_since_change);

  for (std::size_t k = 0; k < kHarmless.size(); ++k)
    no_harm_log_ratio_[k] +=
        contrast_log_ratio(kHarmless[k], settings_.no_harm_ratio, rho, errors_new, errors_old) / settings_.phi;
  log_e_no_harm_ = log_sum_exp(no_harm_log_ratio_) - std::log(static_cast<double>(kHarmless.size()));
  log_e_no_harm_max_ = std::max(log_e_no_harm_max_, log_e_no_harm_);
}

}  // namespace nightjar
