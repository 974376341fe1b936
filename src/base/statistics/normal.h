// base/statistics/normal.h
// The normal distribution. Pure, any thread. Quantile: P. J. Acklam's rational approximation and one Halley step
// (relative error below 1e-12).
#pragma once

namespace nightjar {

double normal_cdf(double z);
double normal_quantile(double p);          // p in (0, 1)
double log10_normal_upper_tail(double z);  // log10 P(Z >= z); good to z = 38 and beyond by the asymptotic series

}  // namespace nightjar
