#include "base/statistics/improvement_e_process.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/statistics/pcg32.h"

namespace nightjar {
namespace {

TEST(ImprovementEProcess, FalseAlarmsWhenNothingChanged) {
  for (const double rate : {0.01, 0.3}) {
    int improved = 0, worse = 0;
    constexpr int runs = 2000;
    for (int run = 0; run < runs; ++run) {
      Pcg32 random(static_cast<std::uint64_t>(run) + 1);
      ImprovementEProcess process(random.binomial(1000, rate), 1000);
      for (int i = 0; i < 60; ++i) process.observe(random.binomial(100, rate), 100);
      improved += process.log_e_improved_max() >= std::log(20.0);
      worse += process.log_e_worse_max() >= std::log(20.0);
    }
    EXPECT_LE(improved, runs * 0.05) << rate;
    EXPECT_LE(worse, runs * 0.05) << rate;
  }
}

TEST(ImprovementEProcess, ARollbackThatHelpedShowsWithinAMinute) {
  Pcg32 random(4);
  ImprovementEProcess process(300, 1000);  // 30 % failed
  int windows = 0;
  while (process.log_e_improved() < std::log(100.0) && windows < 60) {
    process.observe(random.binomial(50, 0.005), 50);
    ++windows;
  }
  EXPECT_LE(windows, 6);
  EXPECT_LE(process.log_e_worse_max(), 0);
}

TEST(ImprovementEProcess, WorseIsSeenAsWorse) {
  ImprovementEProcess process(20, 1000);
  for (int i = 0; i < 10; ++i) process.observe(20, 100);
  EXPECT_GT(process.log_e_worse(), std::log(100.0));
  EXPECT_LE(process.log_e_improved_max(), 0);
}

TEST(ImprovementEProcess, FewCountsProveNothing) {
  ImprovementEProcess process(2, 6);  // two of six failed
  for (int i = 0; i < 4; ++i) process.observe(0, 2);
  EXPECT_LT(process.log_e_improved_max(), std::log(20.0));
  ImprovementEProcess no_before(0, 0);
  no_before.observe(50, 100);
  EXPECT_EQ(no_before.log_e_worse(), 0);
}

}  // namespace
}  // namespace nightjar
