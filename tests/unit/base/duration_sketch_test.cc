#include "base/statistics/duration_sketch.h"

namespace nightjar {
namespace {

TEST(DurationSketch, BucketsAreWithinASixteenth) {
  for (std::int64_t n : {1LL, 15LL, 16LL, 17LL, 999LL, 1'000'000LL, 123'456'789LL, 86'400'000'000'000LL}) {
    const auto bucket = DurationSketch::bucket_of(n);
    const auto low = DurationSketch::lower_bound_ns(bucket);
    const auto high = DurationSketch::lower_bound_ns(static_cast<std::uint16_t>(bucket + 1));
    EXPECT_LE(low, n);
    EXPECT_GT(high, n);
    EXPECT_LE(static_cast<double>(high - low), static_cast<double>(n) / 16 + 1);
  }
}

TEST(DurationSketch, QuantilesOfAUniformSpread) {
  DurationSketch sketch;
  for (int i = 1; i <= 1000; ++i) sketch.observe(i * 1'000'000LL);
  EXPECT_NEAR(sketch.quantile_ns(0.5) * 1e-6, 500, 32);
  EXPECT_NEAR(sketch.quantile_ns(0.95) * 1e-6, 950, 60);
  EXPECT_EQ(sketch.count(), 1000u);
  EXPECT_NEAR(static_cast<double>(sketch.longer_than(900'000'000)), 100, 60);
}

TEST(DurationSketch, AddsInAnyOrder) {
  DurationSketch a, b, c;
  for (int i = 0; i < 50; ++i) a.observe(i * 7919), b.observe(i * 104729), c.observe(i);
  DurationSketch abc = a, cba = c;
  abc.add(b), abc.add(c);
  cba.add(b), cba.add(a);
  EXPECT_EQ(abc, cba);
  EXPECT_EQ(abc.count(), 150u);
}

TEST(DurationSketch, EmptyAndNegative) {
  DurationSketch sketch;
  EXPECT_EQ(sketch.quantile_ns(0.5), 0);
  sketch.observe(-5);
  EXPECT_EQ(sketch.count(), 1u);
}

}  // namespace
}  // namespace nightjar
