#include "base/statistics/improvement_e_process.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/statistics/special.h"

namespace nightjar {
namespace {

// ln of the integral of p^errors (1-p)^(n-errors) over the Jeffreys prior Beta(1/2, 1/2).
double log_mixture(double errors, double n) { return log_beta(errors + 0.5, n - errors + 0.5) - log_beta(0.5, 0.5); }

// ln of the largest likelihood of errors out of n.
double log_best(double errors, double n) {
  double sum = 0;
  if (errors > 0) sum += errors * std::log(errors / n);
  if (errors < n) sum += (n - errors) * std::log((n - errors) / n);
  return sum;
}

}  // namespace

ImprovementEProcess::ImprovementEProcess(std::uint64_t errors_before, std::uint64_t requests_before, double phi)
    : errors_before_(static_cast<double>(std::min(errors_before, requests_before))),
      requests_before_(static_cast<double>(requests_before)),
      phi_(phi) {
  CHECK(phi >= 1);
}

void ImprovementEProcess::observe(std::uint64_t errors, std::uint64_t requests) {
  requests_after_ += static_cast<double>(requests);
  errors_after_ += static_cast<double>(std::min(errors, requests));
  if (requests_before_ == 0 || requests_after_ == 0) return;
  const double alternative =
      log_mixture(errors_before_, requests_before_) + log_mixture(errors_after_, requests_after_);
  // Inside the null its best point is free; outside it lies on the border, where both rates are equal.
  const double free = log_best(errors_before_, requests_before_) + log_best(errors_after_, requests_after_);
  const double equal = log_best(errors_before_ + errors_after_, requests_before_ + requests_after_);
  const double rate_before = errors_before_ / requests_before_, rate_after = errors_after_ / requests_after_;
  improved_ = (alternative - (rate_after < rate_before ? equal : free)) / phi_;
  worse_ = (alternative - (rate_after > rate_before ? equal : free)) / phi_;
  improved_max_ = std::max(improved_max_, improved_);
  worse_max_ = std::max(worse_max_, worse_);
}

}  // namespace nightjar
