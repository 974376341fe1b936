#include "base/statistics/special.h"

#include <cmath>
#include <limits>

#include "base/check.h"

namespace nightjar {
namespace {

constexpr double kNone = -std::numeric_limits<double>::infinity();
constexpr double kTiny = 1e-300;
constexpr double kPrecision = 1e-13;
constexpr int kMostSteps = 5000;

// ln(1 - exp(l)) for l <= 0, without losing the small side.
double log_one_minus_exp(double l) {
  if (l >= 0) return kNone;
  return l > -0.6931 ? std::log(-std::expm1(l)) : std::log1p(-std::exp(l));
}

// ln of x^a e^-x / Gamma(a).
double log_gamma_front(double a, double x) { return a * std::log(x) - x - log_gamma(a); }

// P(a, x) by its series: quick for x < a + 1.
double log_lower_by_series(double a, double x) {
  double term = 1 / a, sum = term;
  for (int n = 1; n < kMostSteps; ++n) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * kPrecision) break;
  }
  return log_gamma_front(a, x) + std::log(sum);
}

// Q(a, x) by its continued fraction: quick for x > a + 1.
double log_upper_by_fraction(double a, double x) {
  double b = x + 1 - a, c = 1 / kTiny, d = 1 / (std::fabs(b) < kTiny ? kTiny : b), h = d;
  for (int i = 1; i < kMostSteps; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = an * d + b;
    if (std::fabs(d) < kTiny) d = kTiny;
    c = b + an / c;
    if (std::fabs(c) < kTiny) c = kTiny;
    d = 1 / d;
    const double step = d * c;
    h *= step;
    if (std::fabs(step - 1) < kPrecision) break;
  }
  return log_gamma_front(a, x) + std::log(h);
}

// I_x(a, b) by its continued fraction: quick for x < (a + 1) / (a + b + 2).
double log_beta_by_fraction(double a, double b, double x) {
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  if (std::fabs(d) < kTiny) d = kTiny;
  d = 1 / d;
  double h = d;
  for (int m = 1; m < kMostSteps; ++m) {
    const double even = m * (b - m) * x / ((a - 1 + 2 * m) * (a + 2 * m));
    d = 1 + even * d;
    if (std::fabs(d) < kTiny) d = kTiny;
    c = 1 + even / c;
    if (std::fabs(c) < kTiny) c = kTiny;
    d = 1 / d;
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 1 + 2 * m));
    d = 1 + odd * d;
    if (std::fabs(d) < kTiny) d = kTiny;
    c = 1 + odd / c;
    if (std::fabs(c) < kTiny) c = kTiny;
    d = 1 / d;
    const double step = d * c;
    h *= step;
    if (std::fabs(step - 1) < kPrecision) break;
  }
  return a * std::log(x) + b * std::log1p(-x) - std::log(a) - log_beta(a, b) + std::log(h);
}

}  // namespace

double log_gamma(double x) {
  CHECK(x > 0);
  int sign = 0;  // lgamma_r: std::lgamma writes a global, and lanes are threads
  return ::lgamma_r(x, &sign);
}

double log_beta(double a, double b) { return log_gamma(a) + log_gamma(b) - log_gamma(a + b); }

double log_gamma_lower(double a, double x) {
  CHECK(a > 0 && x >= 0);
  if (x == 0) return kNone;
  return x < a + 1 ? log_lower_by_series(a, x) : log_one_minus_exp(log_upper_by_fraction(a, x));
}

double log_gamma_upper(double a, double x) {
  CHECK(a > 0 && x >= 0);
  if (x == 0) return 0;
  return x < a + 1 ? log_one_minus_exp(log_lower_by_series(a, x)) : log_upper_by_fraction(a, x);
}

double log_incomplete_beta(double a, double b, double x) {
  CHECK(a > 0 && b > 0 && x >= 0 && x <= 1);
  if (x == 0) return kNone;
  if (x == 1) return 0;
  if (x < (a + 1) / (a + b + 2)) return log_beta_by_fraction(a, b, x);
  return log_one_minus_exp(log_beta_by_fraction(b, a, 1 - x));
}

}  // namespace nightjar
