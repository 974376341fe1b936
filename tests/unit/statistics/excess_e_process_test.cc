#include "base/statistics/excess_e_process.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/statistics/pcg32.h"

namespace nightjar {
namespace {

TEST(ExcessEProcess, FalseAlarmsAtTheBorderOfTheNull) {
  for (const double rate : {0.002, 0.3}) {
    int alarms = 0, dual_wrong = 0;
    constexpr int runs = 2000;
    for (int run = 0; run < runs; ++run) {
      Pcg32 random(static_cast<std::uint64_t>(run) + 1);
      ExcessEProcess process(static_cast<std::uint64_t>(rate * 50'000), 50'000);
      ExcessEProcess dual(static_cast<std::uint64_t>(rate * 50'000), 50'000);
      for (int i = 0; i < 360; ++i) {
        process.observe({random.binomial(50, process.null_rate()), 50, i * 10.0});
        dual.observe({random.binomial(50, 1.5 * rate), 50, i * 10.0});
      }
      alarms += process.log_e_max() >= std::log(20.0);
      dual_wrong += dual.log_e_no_harm_max() >= std::log(20.0);
    }
    EXPECT_LE(alarms, runs * 0.05) << rate;
    EXPECT_LE(dual_wrong, runs * 0.05) << rate;
  }
}

TEST(ExcessEProcess, AShortQuietPeriodBeforeIsNoProofOfPerfection) {
  // 300 requests without an error: 1 % afterwards may well have been there before. Half of them failing may not.
  ExcessEProcess mild(0, 300), broken(0, 300);
  EXPECT_GT(mild.null_rate(), 0.01);
  for (int i = 0; i < 60; ++i) mild.observe({i % 2 == 0 ? 1u : 0u, 50, i * 10.0});
  EXPECT_LT(mild.log_e_max(), std::log(20.0));
  broken.observe({25, 50, 0});
  EXPECT_GT(broken.log_e(), std::log(1000.0));
}

TEST(ExcessEProcess, FindsAStepAndItsOnset) {
  Pcg32 random(1);
  ExcessEProcess process(50, 10'000);
  int detected = -1;
  for (int i = 0; i < 360; ++i) {
    process.observe({random.binomial(100, i < 180 ? 0.005 : 0.05), 100, i * 10.0});
    if (detected < 0 && process.log_e() >= std::log(1e4)) detected = i;
  }
  EXPECT_GE(detected, 180);
  EXPECT_LE(detected, 180 + 12);
  EXPECT_NEAR(process.onset_seconds(), 1800, 420);
}

TEST(ExcessEProcess, NoHarmIsDeclaredWhenTheRateStays) {
  Pcg32 random(2);
  ExcessEProcess process(100, 10'000);
  for (int i = 0; i < 180; ++i) process.observe({random.binomial(100, 0.01), 100, i * 10.0});
  EXPECT_GT(process.log_e_no_harm_max(), std::log(20.0));
  EXPECT_LT(process.log_e_max(), std::log(20.0));
}

TEST(ExcessEProcess, NothingKnownBeforeOrNothingHealthyBefore) {
  ExcessEProcess unknown(0, 0), always_failing(990, 1000);
  for (int i = 0; i < 100; ++i) {
    unknown.observe({100, 100, i * 10.0});
    always_failing.observe({100, 100, i * 10.0});
  }
  EXPECT_NEAR(unknown.log_e(), 0, 1e-9);
  EXPECT_NEAR(always_failing.log_e(), 0, 1e-9);
}

}  // namespace
}  // namespace nightjar
