// base/statistics/special.h
// Logarithms of the gamma, beta, incomplete gamma and incomplete beta functions: the tails of all count distributions
// we use. In the log domain because the interesting tails are 1e-6 to 1e-300. Relative error of the logarithm about
// 1e-10. Pure, any thread; std::log, std::exp and lgamma_r come from libm, so bits are equal between runs of one build
// and may differ in the last place between C libraries. Source: Abramowitz and Stegun 6.5.29, 6.5.31, 26.5.8; modified
// Lentz continued fractions (Thompson and Barnett 1986).
#pragma once

namespace nightjar {

double log_gamma(double x);           // x > 0
double log_beta(double a, double b);  // a, b > 0

// ln P(a, x): lower regularised incomplete gamma; a > 0, x >= 0. Minus infinity at x = 0.
double log_gamma_lower(double a, double x);
// ln Q(a, x) = ln(1 - P(a, x)).
double log_gamma_upper(double a, double x);

// ln I_x(a, b): regularised incomplete beta; a, b > 0; x in 0..1.
double log_incomplete_beta(double a, double b, double x);

}  // namespace nightjar
