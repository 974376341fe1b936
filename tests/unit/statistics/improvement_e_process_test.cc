#include "base/statistics/improvement_e_process.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/statistics/pcg32.h"

namespace nightjar {
namespace {

TEST(ImprovementEProcess, FalseAlarmsWhenNothingChanged) {
  for (const double rate : {0.002, 0.01, 0.3}) {
    int improved = 0, worse = 0;
    constexpr int runs = 4000;
    for (int run = 0; run < runs; ++run) {
      Pcg32 random(static_cast<std::uint64_t>(run) + 1);
      ImprovementEProcess process;
      for (int i = 0; i < 60; ++i) process.observe({random.binomial(150, rate), 150, random.binomial(100, rate), 100});
      improved += process.log_e_improved_max() >= std::log(20.0);
      worse += process.log_e_worse_max() >= std::log(20.0);
    }
    EXPECT_LE(improved, runs * 0.05) << rate;
    EXPECT_LE(worse, runs * 0.05) << rate;
  }
}

// The night of the demo: 1.7 % failed before, 0.23 % after; a mixture over both rates gave 40 : 1 for the whole of it.
TEST(ImprovementEProcess, AFewErrorsSpeak) {
  ImprovementEProcess process;
  for (int i = 0; i < 15; ++i)
    process.observe({i % 5 == 0 ? 2u : 1u, 71, i % 4 == 0 ? 1u : 0u, 143});  // 18 of 1,065; 4 of 2,145
  EXPECT_GT(process.log_e_improved(), std::log(1000.0));
  EXPECT_LT(process.log_e_worse_max(), std::log(2.0));
}

TEST(ImprovementEProcess, ARollbackThatHelpedShowsWithinAMinute) {
  Pcg32 random(4);
  ImprovementEProcess process;
  int windows = 0;
  while (process.log_e_improved() < std::log(100.0) && windows < 60) {
    process.observe({random.binomial(50, 0.3), 50, random.binomial(50, 0.005), 50});  // 30 % failed
    ++windows;
  }
  EXPECT_LE(windows, 2);
  EXPECT_LE(process.log_e_worse_max(), 0);
}

TEST(ImprovementEProcess, WorseIsSeenAsWorse) {
  ImprovementEProcess process;
  for (int i = 0; i < 10; ++i) process.observe({2, 100, 20, 100});
  EXPECT_GT(process.log_e_worse(), std::log(100.0));
  EXPECT_LE(process.log_e_improved_max(), 0);
}

TEST(ImprovementEProcess, FewCountsProveNothing) {
  ImprovementEProcess process;
  process.observe({2, 6, 0, 8});  // two of six failed, then none of eight
  EXPECT_LT(process.log_e_improved_max(), std::log(20.0));
  ImprovementEProcess no_before;
  no_before.observe({0, 0, 50, 100});
  EXPECT_EQ(no_before.log_e_worse(), 0);
}

}  // namespace
}  // namespace nightjar
