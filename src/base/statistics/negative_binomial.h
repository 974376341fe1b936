// base/statistics/negative_binomial.h
// Counts that vary more than Poisson: variance = mean + mean^2 / size. Also the exact predictive distribution of a
// Poisson count whose rate was learnt from few events (size = events learnt + 1/2), which is how a young baseline is
// wide. Tails as log10 of the probability. Pure, any thread.
#pragma once

#include <cstdint>

namespace nightjar {

struct NegativeBinomial {
  double mean = 0;  // >= 0
  double size = 1;  // > 0; large: Poisson
};

double log10_at_least(const NegativeBinomial& distribution, std::uint64_t k);  // log10 P(N >= k)
double log10_at_most(const NegativeBinomial& distribution, std::uint64_t k);   // log10 P(N <= k)

}  // namespace nightjar
