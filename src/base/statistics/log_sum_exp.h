// base/statistics/log_sum_exp.h
// log(exp(a) + exp(b) + …) without overflow: evidence is kept as logarithms because e-values of one bad deploy pass
// 1e308 within minutes. Pure, any thread. Adds in the order given, so equal inputs give equal bits.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace nightjar {

// Minus infinity for an empty span or when all terms are minus infinity.
inline double log_sum_exp(std::span<const double> terms) {
  double largest = -std::numeric_limits<double>::infinity();
  for (double term : terms) largest = std::max(largest, term);
  if (!std::isfinite(largest)) return largest;
  double sum = 0;
  for (double term : terms) sum += std::exp(term - largest);
  return largest + std::log(sum);
}

inline double log_add_exp(double a, double b) {
  const double both[] = {a, b};
  return log_sum_exp(both);
}

}  // namespace nightjar
