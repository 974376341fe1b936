// Counts: wide from the first minutes, rare on quiet traffic, quick on real trouble, and silence.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "engine/series/series_judges.h"
#include "tests/unit/statistics/pcg32.h"

namespace nightjar {
namespace {

class ErrorSeries {
 public:
  std::vector<Anomaly> feed(std::uint64_t errors, std::uint64_t requests) {
    JudgementInProgress out = next();
    if (requests > 0) judge_errors(key_, entry_, errors, requests, out);
    if (!out.expected.empty()) expected = out.expected.back().expected;
    return std::move(out.anomalies);
  }
  std::vector<Anomaly> feed_instance(std::uint64_t requests, Absence absence = Absence::unexplained) {
    JudgementInProgress out = next();
    judge_instance(instance_, entry_, requests, absence, out);
    return std::move(out.anomalies);
  }
  std::vector<Anomaly> feed_lines(std::uint64_t lines, std::uint32_t service_windows) {
    JudgementInProgress out = next();
    judge_lines(pattern_, entry_, lines, service_windows, out);
    return std::move(out.anomalies);
  }
  Expectation expected;

 private:
  JudgementInProgress next() {
    JudgementInProgress out;
    out.window = {at_, at_ + seconds(10)};
    at_ = at_ + seconds(10);
    entry_.last_sample = out.second();
    return out;
  }
  Timestamp at_ = Timestamp{} + days(20'000);
  SeriesEntry entry_;
  SeriesKey key_{{"payment"}, "", {}, Measure::error_ratio, ""};
  SeriesKey instance_{{"payment"}, "", {"payment-1"}, Measure::requests, ""};
  SeriesKey pattern_{{"payment"}, "", {}, Measure::log_lines, "pat-1"};
};

TEST(CountRule, QuietErrorsRaiseNothing) {
  // Three days of windows at several rates, Poisson and bursty, from the very first window on.
  double series_days = 0;
  int anomalies = 0;
  for (const double requests : {2.0, 20.0, 100.0, 1000.0}) {
    for (const double ratio : {0.0, 0.003, 0.05}) {
      for (const double burst : {0.0, 0.05, 0.5}) {  // cv^2 of the rate from window to window
        Pcg32 random(static_cast<std::uint64_t>(requests * 1000 + ratio * 100 + burst * 10) + 1);
        ErrorSeries series;
        for (int i = 0; i < 3 * 8640; ++i) {
          const auto n = random.poisson(requests);
          const double wave = burst > 0 ? random.gamma(1 / burst) * burst : 1;
          const auto k = random.poisson(static_cast<double>(n) * ratio * wave);
          for (const Anomaly& anomaly : series.feed(std::min(k, n), n)) anomalies += !anomaly.open;
        }
        series_days += 3;
      }
    }
  }
  RecordProperty("anomalies_per_series_month", fmt::format("{:.3f}", anomalies / series_days * 30));
  EXPECT_LE(anomalies / series_days * 30, 1.0);
}

TEST(CountRule, FiveFailuresInSixRequestsAtTheStartProveNothing) {
  ErrorSeries series;
  for (int i = 0; i < 6; ++i) series.feed(0, 1);
  EXPECT_TRUE(series.feed(5, 6).empty());
}

TEST(CountRule, WorksAfterAMinute) {
  ErrorSeries series;
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(series.feed(i == 3 ? 1 : 0, 200).empty());
  std::vector<Anomaly> said = series.feed(60, 200);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].kind, AnomalyKind::spike);
  EXPECT_NEAR(said[0].value, 0.3, 1e-6);
  EXPECT_NE(said[0].text.find("60 of 200 requests failed within 10 s (30 %), expected 0 %"), std::string::npos);
}

TEST(CountRule, ASlowClimbIsFoundWhileStillSmallAndEndsWhenOver) {
  // 100 requests a window, 0.3 %, then climbing to 6 % within six minutes, then rolled back.
  std::vector<int> found;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Pcg32 random(seed);
    ErrorSeries series;
    int first = -1, last_open = -1, closed = -1;
    for (int i = 0; i < 180; ++i) {
      const double ratio = i < 60 || i >= 110 ? 0.003 : 0.003 + 0.057 * std::min(1.0, (i - 60) / 36.0);
      for (const Anomaly& anomaly : series.feed(random.binomial(100, ratio), 100)) {
        if (first < 0) first = i;
        (anomaly.open ? last_open : closed) = i;
        if (i < 60) ADD_FAILURE() << "before the climb, seed " << seed;
      }
    }
    found.push_back(first);
    ASSERT_GE(closed, 110) << seed;
    EXPECT_LE(closed, 110 + 24) << seed;
    EXPECT_LT(last_open, closed);
  }
  std::sort(found.begin(), found.end());
  RecordProperty("median_windows_after_the_climb_began", found[10] - 60);
  EXPECT_LE(found[10] - 60, 36);
}

TEST(CountRule, AnIncidentDoesNotBecomeNormalWithinTheHour) {
  ErrorSeries series;
  for (int i = 0; i < 360; ++i) series.feed(i % 3 == 0, 100);
  bool open = false;
  for (int i = 0; i < 360; ++i)
    for (const Anomaly& anomaly : series.feed(10, 100)) open = anomaly.open;
  EXPECT_TRUE(open);
  EXPECT_LT(series.expected.centre, 0.03);
}

TEST(CountRule, ASteadyInstanceThatStopsIsSilentAfterThreeWindows) {
  Pcg32 random(1);
  ErrorSeries series;
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(series.feed_instance(random.poisson(20)).empty());
  EXPECT_TRUE(series.feed_instance(0).empty());
  EXPECT_TRUE(series.feed_instance(0).empty());
  const std::vector<Anomaly> said = series.feed_instance(0);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].kind, AnomalyKind::silence);
  EXPECT_TRUE(said[0].open);
  EXPECT_EQ(said[0].onset, said[0].window.start - seconds(20));
  EXPECT_NE(said[0].text.find("silent for 30 s"), std::string::npos) << said[0].text;
  const std::vector<Anomaly> back = series.feed_instance(18);
  ASSERT_EQ(back.size(), 1u);
  EXPECT_FALSE(back[0].open);
}

TEST(CountRule, AnInstanceWithPausesOfItsOwnIsGivenTime) {
  ErrorSeries series;
  // A batch: two busy windows, then eight without anything.
  for (int i = 0; i < 300; ++i) EXPECT_TRUE(series.feed_instance(i % 10 < 2 ? 50 : 0).empty());
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(series.feed_instance(0).empty());
  int said = 0;
  for (int i = 0; i < 30; ++i) said += !series.feed_instance(0).empty();
  EXPECT_GT(said, 0);
}

TEST(CountRule, AReplacedInstanceIsNotSilence) {
  ErrorSeries series;
  for (int i = 0; i < 60; ++i) series.feed_instance(20);
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(series.feed_instance(0, Absence::excused).empty());
}

TEST(CountRule, AnErrorNeverLoggedBeforeThatComesInNumbers) {
  ErrorSeries series;
  const std::vector<Anomaly> said = series.feed_lines(12, 60);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].kind, AnomalyKind::new_pattern);
  ErrorSeries two_lines;
  EXPECT_TRUE(two_lines.feed_lines(2, 60).empty());
  ErrorSeries after_a_week;
  EXPECT_FALSE(after_a_week.feed_lines(1, 8 * 8640).empty());
}

TEST(CountRule, ALoneErrorAfterDaysOfPeaceIsNoAnomaly) {
  ErrorSeries series;
  for (int i = 0; i < 3 * 8640; ++i) series.feed(0, 1000);
  EXPECT_TRUE(series.feed(2, 1000).empty());
}

}  // namespace
}  // namespace nightjar
