#include "engine/learn/count_baseline.h"

#include <gtest/gtest.h>

#include "tests/unit/statistics/pcg32.h"

namespace nightjar {
namespace {

class CountLearner {
 public:
  void feed(std::uint64_t events, double exposure, Times times = Times::quiet) {
    learn_count(state, at_, 10, events, exposure, expected_count(state, exposure), times);
    at_ = at_ + seconds(10);
  }
  CountState state;

 private:
  Timestamp at_ = Timestamp{} + days(20'000);
};

TEST(CountBaseline, AYoungRateIsWideByItself) {
  CountLearner learner;
  for (int i = 0; i < 6; ++i) learner.feed(0, 1);
  // Nothing in six requests: even five of six cannot be called impossible.
  EXPECT_GT(log10_at_least(expected_count(learner.state, 6), 5), -4);
  for (int i = 0; i < 600; ++i) learner.feed(0, 100);
  EXPECT_LT(log10_at_least(expected_count(learner.state, 6), 5), -15);
}

TEST(CountBaseline, FindsRateAndBurstiness) {
  for (const double inverse_size : {0.0, 0.2, 1.0}) {
    Pcg32 random(9);
    CountLearner learner;
    for (int i = 0; i < 6000; ++i) {
      const double burst = inverse_size > 0 ? random.gamma(1 / inverse_size) * inverse_size : 1;
      learner.feed(random.poisson(20 * burst), 1000);
    }
    const NegativeBinomial expected = expected_count(learner.state, 1000);
    EXPECT_NEAR(expected.mean, 20, 3) << inverse_size;
    EXPECT_GE(1 / expected.size, inverse_size * 0.4) << inverse_size;
    EXPECT_LE(1 / expected.size, inverse_size * 1.5 + 0.03) << inverse_size;
  }
}

TEST(CountBaseline, AClimbIsNotTakenForBurstiness) {
  Pcg32 random(10);
  CountLearner learner;
  for (int i = 0; i < 600; ++i) learner.feed(random.poisson(1), 100);
  const double before = 1 / expected_count(learner.state, 100).size;
  for (int i = 0; i < 60; ++i) learner.feed(random.poisson(1 + i * 0.3), 100);
  EXPECT_LT(1 / expected_count(learner.state, 100).size, before + 0.1);
  EXPECT_LT(expected_count(learner.state, 100).mean, 2);
}

TEST(CountBaseline, ForgetsWithinDays) {
  CountLearner learner;
  for (int i = 0; i < 8640; ++i) learner.feed(4, 100);
  for (int i = 0; i < 9 * 8640; ++i) learner.feed(2, 100);
  EXPECT_NEAR(expected_count(learner.state, 100).mean, 2, 0.3);
}

}  // namespace
}  // namespace nightjar
