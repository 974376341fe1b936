// What the baseline expects: wide at first, the daily wave after some days, weekends after some weeks; gaps, constants
// and units that turn out wrong do not upset it.
#include "engine/learn/baseline.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "base/statistics/half.h"
#include "tests/unit/statistics/pcg32.h"

namespace nightjar {
namespace {

constexpr std::int64_t kMonday = 20'003LL * 86'400;  // 2024-10-07

class Learner {
 public:
  explicit Learner(Duration grain) : grain_(grain) {}
  void feed(double value) {
    learn(state_, at_, value);
    if (ready_to_settle(state_)) {
      const std::uint32_t last = state_.last_window, interval = state_.interval_s;
      const auto points = settle(state_);
      for (std::size_t i = 0; i < points.size(); ++i)
        learn(state_, Timestamp{} + seconds(last - static_cast<std::uint32_t>(points.size() - 1 - i) * interval),
              points[i]);
    }
    at_ = at_ + grain_;
  }
  Expectation now() const { return expectation(state_, at_); }
  std::int64_t second() const { return at_.ns / 1'000'000'000; }
  void skip(Duration d) { at_ = at_ + d; }
  SeriesState& state() { return state_; }

 private:
  Duration grain_;
  Timestamp at_ = Timestamp{} + seconds(kMonday);
  SeriesState state_;
};

double wave(std::int64_t second) {
  const bool weekend = (second / 86'400 + 3) % 7 >= 5;
  return 100 + 40 * std::sin(2 * std::numbers::pi * static_cast<double>(second % 86'400) / 86'400) - (weekend ? 25 : 0);
}

TEST(Baseline, NothingIsExpectedBeforeSixPoints) {
  Learner learner(seconds(10));
  for (int i = 0; i < 5; ++i) learner.feed(10);
  EXPECT_EQ(learner.now().points, 5u);
  learner.feed(10);
  EXPECT_EQ(learner.now().points, 6u);
  EXPECT_EQ(learner.now().centre, 10);
}

TEST(Baseline, TheBandIsWideAtFirstAndSharpensWithWeeks) {
  Pcg32 random(1);
  Learner learner(minutes(5));
  double after_hours = 0, after_weeks = 0;
  for (int i = 0; i < 28 * 288; ++i) {
    learner.feed(wave(learner.second()) + 3 * random.normal());
    const double width = learner.now().high - learner.now().low;
    if (i == 200) after_hours = width;
    after_weeks = width;
  }
  EXPECT_GT(after_hours, 2 * after_weeks);
  // 90 % of a normal spread of 3 is 9.9 wide; tables and slots cost some.
  EXPECT_GT(after_weeks, 8);
  EXPECT_LT(after_weeks, 20);
}

TEST(Baseline, TheBandCoversAboutNineTenths) {
  Pcg32 random(2);
  Learner learner(minutes(5));
  int inside = 0, total = 0;
  for (int i = 0; i < 35 * 288; ++i) {
    const double value = wave(learner.second()) + 3 * random.normal();
    const Expectation expected = learner.now();
    if (i >= 28 * 288) {
      ++total;
      inside += expected.low <= value && value <= expected.high;
    }
    learner.feed(value);
  }
  EXPECT_GE(inside, total * 84 / 100);
  EXPECT_LE(inside, total * 98 / 100);
}

TEST(Baseline, KnowsTheDayAfterThreeDaysAndTheWeekendAfterTwoWeeks) {
  Learner learner(minutes(5));
  double worst = 0;
  for (int i = 0; i < 25 * 288; ++i) {
    const double value = wave(learner.second());
    const double off = std::fabs(learner.now().centre - value);
    const bool wednesday = i >= 3 * 288 && i < 4 * 288, third_saturday = i >= 19 * 288 && i < 20 * 288;
    if (wednesday || third_saturday) worst = std::max(worst, off);
    learner.feed(value);
  }
  EXPECT_LT(worst, 12);
}

TEST(Baseline, TheWeeklyTableRemembersSixWeeks) {
  // One hour of the week is another, for ten weeks; then the source is silent in that hour for six. The slot still
  // knows.
  Learner learner(minutes(5));
  const auto batch_hour = [&] { return (learner.second() / 3600 + 72) % 168 == 101; };
  for (int i = 0; i < 16 * 7 * 288; ++i) {
    if (batch_hour() && i >= 10 * 7 * 288) {
      learner.skip(minutes(5));
      continue;
    }
    learner.feed(batch_hour() ? 200 : 100);
  }
  const SeriesState& state = learner.state();
  EXPECT_NEAR(from_half(state.table.week[101].mean) * state.s0 + state.m0, 200, 20);  // clamped steps
  EXPECT_NEAR(from_half(state.table.week[50].mean) * state.s0 + state.m0, 100, 2);
}

TEST(Baseline, ConstantThenAlive) {
  Learner learner(seconds(10));
  for (int i = 0; i < 2000; ++i) learner.feed(0);
  EXPECT_EQ(learner.now().centre, 0);
  EXPECT_EQ(learner.now().high, 0);
  Pcg32 random(3);
  for (int i = 0; i < 4 * 8640; ++i) learner.feed(1e9 + 1e7 * random.normal());
  EXPECT_NEAR(learner.now().centre, 1e9, 3e7);
  EXPECT_GT(learner.now().high - learner.now().low, 1e7);
}

TEST(Baseline, LargeNumbersWithSmallNoiseKeepTheirDigits) {
  Learner learner(seconds(10));
  Pcg32 random(4);
  for (int i = 0; i < 8640; ++i) learner.feed(5e8 + 1000 * random.normal());
  EXPECT_NEAR(learner.now().centre, 5e8, 1000);
  EXPECT_LT(learner.now().high - learner.now().low, 40'000);
}

TEST(Baseline, ASlowSourceHasItsOwnPace) {
  Learner learner(seconds(60));
  for (int i = 0; i < 500; ++i) learner.feed(wave(learner.second()));
  EXPECT_EQ(learner.state().interval_s, 60);
  EXPECT_NEAR(learner.state().minutes, 500, 1);
  learner.skip(hours(5));
  for (int i = 0; i < 30; ++i) learner.feed(wave(learner.second()));
  EXPECT_LT(learner.state().interval_s, 80);  // a gap is not a slower source
}

TEST(Baseline, AnIncidentMovesTheLevelByClampedStepsOnly) {
  Learner calm(seconds(10));
  Pcg32 random(5);
  for (int i = 0; i < 3 * 8640; ++i) calm.feed(100 + 5 * random.normal());
  SeriesState disturbed = calm.state();
  Timestamp at = Timestamp{} + seconds(calm.second());
  for (int i = 0; i < 360; ++i, at = at + seconds(10)) learn(disturbed, at, 1000, Times::disturbed);
  EXPECT_LT(expectation(disturbed, at).centre, 250);
}

TEST(Half, RoundTripsAndSaturates) {
  for (const double value : {0.0, 1.0, -1.0, 0.333251953125, 65504.0, -65504.0, 0x1p-24, 6.103515625e-05})
    EXPECT_EQ(round_to_half(value), value);
  EXPECT_EQ(round_to_half(1e9), 65504);
  EXPECT_EQ(round_to_half(-1e9), -65504);
  EXPECT_EQ(to_half(std::nan("")), 0);
  for (std::uint32_t bits = 0; bits < 0x7C00; ++bits)
    ASSERT_EQ(to_half(from_half(static_cast<std::uint16_t>(bits))), bits);
  EXPECT_NEAR(round_to_half(3.14159), 3.14159, 0.001);
  EXPECT_EQ(round_to_half(2047.9), 2048);  // the carry into the exponent
}

}  // namespace
}  // namespace nightjar
