// What the contrast e-process must hold: the false alarms Ville promises, at every look, and the detection times of the
// design table. Errors per arm are Poisson; a look every 10 s bucket.
#include "base/statistics/contrast_e_process.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/statistics/pcg32.h"

namespace nightjar {
namespace {

struct Traffic {
  double requests_per_second = 10, treated_share = 0.5, error_ratio = 0.005;
};

ContrastEProcess::Bucket bucket_of(Pcg32& random, const Traffic& t, int number, double ratio) {
  const double requests = t.requests_per_second * 10;
  const auto treated = random.poisson(requests * t.treated_share);
  const auto control = random.poisson(requests * (1 - t.treated_share));
  return {random.poisson(static_cast<double>(treated) * t.error_ratio * ratio), treated,
          random.poisson(static_cast<double>(control) * t.error_ratio), control, number * 10.0};
}

// Seconds until the e-value reaches 1/alpha when the rate is `ratio(seconds)` times the control's; -1: not within
// `watch`.
template <class Ratio>
double seconds_to_detect(std::uint64_t seed, const Traffic& traffic, double alpha, int watch_seconds, Ratio ratio) {
  Pcg32 random(seed);
  ContrastEProcess process;
  for (int i = 0; i * 10 < watch_seconds; ++i) {
    process.observe(bucket_of(random, traffic, i, ratio(i * 10.0)));
    if (process.log_e() >= std::log(1 / alpha)) return (i + 1) * 10.0;
  }
  return -1;
}

double median_to_detect(const Traffic& traffic, double ratio, int runs) {
  std::vector<double> times;
  for (int run = 0; run < runs; ++run) {
    const double at = seconds_to_detect(static_cast<std::uint64_t>(run) + 1, traffic, 0.001, 4 * 3600,
                                        [ratio](double) { return ratio; });
    times.push_back(at < 0 ? 1e9 : at);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

TEST(ContrastEProcess, FalseAlarmsStayBelowAlphaHoweverOftenLookedAt) {
  const Traffic traffics[] = {{1, 0.5, 0.005}, {10, 0.1, 0.005}, {10, 0.5, 0.005}, {100, 0.1, 0.001}};
  for (const Traffic& traffic : traffics) {
    int at_5_percent = 0, at_1_percent = 0, no_harm_wrong = 0;
    constexpr int runs = 2000;
    for (int run = 0; run < runs; ++run) {
      Pcg32 random(static_cast<std::uint64_t>(run) * 7 + 1);
      // A/A against the worst point of the null (10 % more is still "no harm") and the dual against its border.
      ContrastEProcess harm, dual;
      for (int i = 0; i < 360; ++i) {
        harm.observe(bucket_of(random, traffic, i, 1.1));
        dual.observe(bucket_of(random, traffic, i, 1.5));
      }
      at_5_percent += harm.log_e_max() >= std::log(20.0);
      at_1_percent += harm.log_e_max() >= std::log(100.0);
      no_harm_wrong += dual.log_e_no_harm_max() >= std::log(20.0);
    }
    RecordProperty(fmt::format("aa_{}rps_{}", traffic.requests_per_second, traffic.treated_share),
                   fmt::format("{} {} {}", at_5_percent, at_1_percent, no_harm_wrong));
    EXPECT_LE(at_5_percent, runs * 0.05) << traffic.requests_per_second;
    EXPECT_LE(at_1_percent, runs * 0.01) << traffic.requests_per_second;
    EXPECT_LE(no_harm_wrong, runs * 0.05) << traffic.requests_per_second;
  }
}

TEST(ContrastEProcess, DetectsAStepAsFastAsTheDesignTable) {
  struct Row {
    Traffic traffic;
    double ratio, design_seconds;
  };
  // The table was measured against r <= 1; ours forgives 10 % more, so small ratios may take half as long again.
  const Row rows[] = {
      {{10, 0.5, 0.005}, 10, 80}, {{10, 0.5, 0.005}, 5, 210},  {{10, 0.1, 0.005}, 10, 150},
      {{100, 0.1, 0.005}, 5, 50}, {{100, 0.5, 0.005}, 2, 198}, {{1, 0.5, 0.005}, 10, 720},
  };
  for (const Row& row : rows) {
    const double median = median_to_detect(row.traffic, row.ratio, 300);
    RecordProperty(
        fmt::format("median_{}rps_{}_x{}", row.traffic.requests_per_second, row.traffic.treated_share, row.ratio),
        fmt::format("{}", median));
    EXPECT_LE(median, row.design_seconds * 1.5 + 10) << row.traffic.requests_per_second << " x" << row.ratio;
    EXPECT_GE(median, row.design_seconds * 0.5 - 10) << row.traffic.requests_per_second << " x" << row.ratio;
  }
}

TEST(ContrastEProcess, SeesASlowClimbAndSaysWhenItBegan) {
  // 100 requests/s, half treated, 0.2 %: nothing for an hour, then up to five times within an hour.
  std::vector<double> delays;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const double at = seconds_to_detect(seed, {100, 0.5, 0.002}, 0.001, 3 * 3600, [](double t) {
      return t < 3600 ? 1.0 : std::min(5.0, 1 + 4 * (t - 3600) / 3600);
    });
    EXPECT_GT(at, 3600) << "alarm before the climb, seed " << seed;
    delays.push_back(at - 3600);
  }
  std::sort(delays.begin(), delays.end());
  EXPECT_LT(delays[20], 45 * 60);

  Pcg32 random(5);
  ContrastEProcess process;
  for (int i = 0; i < 720; ++i) process.observe(bucket_of(random, {100, 0.5, 0.005}, i, i < 540 ? 1 : 4));
  EXPECT_GT(process.log_e(), std::log(1000.0));
  EXPECT_NEAR(process.onset_seconds(), 5400, 1200);  // the onset grid grows by 25 %
}

TEST(ContrastEProcess, DisturbanceOfBothArmsCancels) {
  Pcg32 random(3);
  ContrastEProcess process;
  for (int i = 0; i < 360; ++i) {
    Traffic traffic{50, 0.3, 0.005};
    if (i > 100 && i < 200) traffic.error_ratio = 0.4;  // a shared dependency is down
    process.observe(bucket_of(random, traffic, i, 1));
  }
  EXPECT_LT(process.log_e_max(), std::log(20.0));
  EXPECT_GT(process.log_e_no_harm(), std::log(1000.0));  // and the many errors even acquit the change
}

TEST(ContrastEProcess, PhiTempersTheEvidence) {
  ContrastEProcess plain, tempered(ContrastSettings{.phi = 4});
  for (int i = 0; i < 30; ++i) {
    const ContrastEProcess::Bucket bucket{20, 100, 1, 100, i * 10.0};
    plain.observe(bucket);
    tempered.observe(bucket);
  }
  EXPECT_LT(tempered.log_e(), plain.log_e() / 3);
  EXPECT_GT(tempered.log_e(), 0);
}

TEST(ContrastEProcess, OneArmWithoutTrafficSaysNothing) {
  ContrastEProcess process;
  process.observe({50, 100, 0, 0, 0});
  process.observe({0, 0, 5, 100, 10});
  EXPECT_EQ(process.log_e(), 0);
  EXPECT_EQ(process.log_e_no_harm(), 0);
}

TEST(ContrastEProcess, ExtremeCountsStayFinite) {
  ContrastEProcess process;
  for (int i = 0; i < 8640; ++i) process.observe({1'000'000, 1'000'000, 0, 1'000'000, i * 10.0});
  EXPECT_TRUE(std::isfinite(process.log_e()));
  EXPECT_GT(process.log_e(), 1e6);
}

}  // namespace
}  // namespace nightjar
