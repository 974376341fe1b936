#include "base/statistics/theil_sen.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/statistics/pcg32.h"

namespace nightjar {
namespace {

TEST(TheilSen, OneThirdOfOutliersDoNotBendTheLine) {
  std::vector<Point> points;
  for (int i = 0; i < 60; ++i) points.push_back({i * 1.0, 5 + 0.5 * i + (i % 3 == 0 ? 100.0 : 0.0)});
  const RobustLine line = theil_sen(points, 1.645);
  EXPECT_NEAR(line.slope, 0.5, 0.05);
}

TEST(TheilSen, IntervalCoversTheTruthNineTimesInTen) {
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Pcg32 random(seed);
    std::vector<Point> points;
    for (int i = 0; i < 40; ++i) points.push_back({i * 1.0, 0.2 * i + 3 * random.student_t3()});
    const RobustLine line = theil_sen(points, 1.645);
    covered += line.slope_low <= 0.2 && 0.2 <= line.slope_high;
  }
  EXPECT_GE(covered, 344);  // 0.86
  EXPECT_LE(covered, 384);  // 0.96
}

TEST(TheilSen, TooFewPoints) {
  EXPECT_EQ(theil_sen({}, 1.645).slope, 0);
  const Point same[] = {{1, 2}, {1, 5}};
  EXPECT_FALSE(std::isfinite(theil_sen(same, 1.645).slope_high));
}

TEST(Median, OddEvenEmpty) {
  std::vector<double> odd = {3, 1, 2}, even = {4, 1, 3, 2}, none;
  EXPECT_EQ(median_of(odd), 2);
  EXPECT_EQ(median_of(even), 2.5);
  EXPECT_EQ(median_of(none), 0);
}

}  // namespace
}  // namespace nightjar
