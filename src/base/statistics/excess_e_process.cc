#include "base/statistics/excess_e_process.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "base/check.h"
#include "base/statistics/wilson.h"

namespace nightjar {

static_assert(std::is_trivially_copyable_v<ExcessEProcess>);

namespace {

constexpr double kOneSided99 = 2.3263;
constexpr double kHighestRate = 0.95;

double binomial_log_ratio(double p1, double p0, double errors, double requests) {
  return errors * std::log(p1 / p0) + (requests - errors) * (std::log1p(-p1) - std::log1p(-p0));
}

}  // namespace

ExcessEProcess::ExcessEProcess(std::uint64_t errors_before, std::uint64_t requests_before,
                               const ExcessSettings& settings)
    : phi_(settings.phi) {
  CHECK(settings.phi >= 1 && settings.floor > 0 && settings.no_harm_ratio > 1);
  const auto errors = static_cast<double>(errors_before), requests = static_cast<double>(requests_before);
  null_rate_ = std::max(settings.floor, wilson_interval(errors, requests, kOneSided99).high);
  rate_before_ = requests > 0 ? std::max(settings.floor, errors / requests) : 1;
  harmful_rate_ = settings.no_harm_ratio * rate_before_;
}

void ExcessEProcess::observe(const Bucket& bucket) {
  if (bucket.requests == 0) return;
  const auto requests = static_cast<double>(bucket.requests);
  const double errors = std::min(static_cast<double>(bucket.errors), requests);

  std::array<double, 6> increments{};
  std::size_t active = 0;
  double last = null_rate_;
  for (double ratio : kRatios) {
    const double rate = std::min(kHighestRate, ratio * null_rate_);
    if (rate <= last * 1.02) break;  // capped onto the one before, or above the cap already
    increments[active++] = binomial_log_ratio(rate, null_rate_, errors, requests) / phi_;
    last = rate;
  }
  harm_.observe(increments, active, bucket.seconds_since_change);

  if (harmful_rate_ > kHighestRate) return;  // before it failed so often that "half as much again" does not exist
  for (std::size_t k = 0; k < kHarmless.size(); ++k)
    no_harm_log_ratio_[k] += binomial_log_ratio(kHarmless[k] * rate_before_, harmful_rate_, errors, requests) / phi_;
  log_e_no_harm_ = log_sum_exp(no_harm_log_ratio_) - std::log(static_cast<double>(kHarmless.size()));
  log_e_no_harm_max_ = std::max(log_e_no_harm_max_, log_e_no_harm_);
}

}  // namespace nightjar
