// base/statistics/poisson.h
// Tails of the Poisson distribution as log10 of the probability. Pure, any thread.
#pragma once

#include <cstdint>

namespace nightjar {

// mean >= 0.
double log10_poisson_at_least(std::uint64_t k, double mean);  // log10 P(N >= k)
double log10_poisson_at_most(std::uint64_t k, double mean);   // log10 P(N <= k)

}  // namespace nightjar
