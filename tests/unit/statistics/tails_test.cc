// Reference values: mpmath with 40 digits.
#include "base/statistics/log_sum_exp.h"
#include "base/statistics/negative_binomial.h"
#include "base/statistics/normal.h"
#include "base/statistics/poisson.h"
#include "base/statistics/wilson.h"

#include <cmath>

#include <gtest/gtest.h>

namespace nightjar {
namespace {

TEST(Poisson, Tails) {
  EXPECT_NEAR(log10_poisson_at_least(10, 1), -6.95301549285, 1e-8);
  EXPECT_NEAR(log10_poisson_at_most(2, 20), -6.34149736438, 1e-8);
  EXPECT_EQ(log10_poisson_at_least(0, 3), 0);
  EXPECT_TRUE(std::isinf(log10_poisson_at_least(1, 0)));
  EXPECT_EQ(log10_poisson_at_most(0, 0), 0);
}

TEST(NegativeBinomialTails, AgainstSums) {
  EXPECT_NEAR(log10_at_least({2, 1.5}, 15), -3.16132451982, 1e-8);
  EXPECT_NEAR(log10_at_most({30, 4}, 3), -2.30180231869, 1e-8);
  EXPECT_NEAR(log10_at_least({0.01, 0.5}, 1), -2.00645545086, 1e-8);
}

TEST(NegativeBinomialTails, BecomesPoissonAndStaysContinuous) {
  EXPECT_NEAR(log10_at_least({5, 9e6}, 20), log10_at_least({5, 2e7}, 20), 1e-4);
  EXPECT_NEAR(log10_at_most({50, 9e6}, 20), log10_at_most({50, 2e7}, 20), 1e-4);
}

TEST(Normal, QuantileAndTails) {
  EXPECT_NEAR(normal_quantile(1e-10), -6.3613409024041, 1e-9);
  EXPECT_NEAR(normal_quantile(0.001), -3.0902323061678, 1e-10);
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-12);
  EXPECT_NEAR(normal_quantile(0.975), 1.9599639845401, 1e-10);
  EXPECT_NEAR(normal_cdf(normal_quantile(0.3)), 0.3, 1e-12);
  EXPECT_NEAR(log10_normal_upper_tail(5), -6.54264567239, 1e-9);
  EXPECT_NEAR(log10_normal_upper_tail(29), -184.482832449, 1e-7);
  EXPECT_NEAR(log10_normal_upper_tail(31), -210.569400932, 1e-7);
  EXPECT_NEAR(log10_normal_upper_tail(40), -349.437006459, 1e-7);
}

TEST(Wilson, KnownValuesAndEdges) {
  const ProportionInterval half = wilson_interval(5, 10, 1.96);
  EXPECT_NEAR(half.low, 0.2366, 1e-4);
  EXPECT_NEAR(half.high, 0.7634, 1e-4);
  EXPECT_EQ(wilson_interval(0, 100, 1.96).low, 0);
  EXPECT_NEAR(wilson_interval(0, 100, 1.96).high, 0.0370, 1e-4);
  EXPECT_EQ(wilson_interval(0, 0, 1.96).high, 1);
}

TEST(LogSumExp, HugeAndEmpty) {
  EXPECT_NEAR(log_add_exp(5000, 5000), 5000 + std::log(2), 1e-12);
  EXPECT_TRUE(std::isinf(log_sum_exp({})));
}

}  // namespace
}  // namespace nightjar
