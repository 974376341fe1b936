// Reference values: mpmath with 40 digits.
#include "base/statistics/special.h"

#include <cmath>

#include <gtest/gtest.h>

namespace nightjar {
namespace {

void expect_close(double value, double wanted) { EXPECT_NEAR(value, wanted, std::fabs(wanted) * 1e-8 + 1e-25); }

TEST(Special, IncompleteGamma) {
  const double table[][4] = {
      {3, 0.5, -4.2413831354558, -0.014492184218299}, {3, 10, -0.002773237586573, -5.8891261358267},
      {100, 80, -4.068190791197, -0.017256351106458}, {100, 150, -5.9245578856423e-6, -12.036407454462},
      {0.5, 2, -0.04656791229239, -3.0900371531221},  {1000, 700, -59.851478512925, -1.0158583345333e-26},
  };
  for (const auto& [a, x, lower, upper] : table) {
    expect_close(log_gamma_lower(a, x), lower);
    expect_close(log_gamma_upper(a, x), upper);
  }
  EXPECT_TRUE(std::isinf(log_gamma_lower(2, 0)));
  EXPECT_EQ(log_gamma_upper(2, 0), 0);
}

TEST(Special, IncompleteBeta) {
  const double table[][4] = {
      {2, 3, 0.1, -2.9507589079113},      {2, 3, 0.9, -0.0037068619313265},       {50, 5, 0.3, -48.927170801355},
      {0.5, 0.5, 0.25, -1.0986122886681}, {200, 1000, 0.3, -6.8727430668972e-27}, {30, 0.7, 0.02, -118.63954525356},
  };
  for (const auto& [a, b, x, wanted] : table) expect_close(log_incomplete_beta(a, b, x), wanted);
  EXPECT_EQ(log_incomplete_beta(2, 3, 1), 0);
  EXPECT_TRUE(std::isinf(log_incomplete_beta(2, 3, 0)));
}

}  // namespace
}  // namespace nightjar
