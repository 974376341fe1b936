// The fast rule: full within two hours at the rate of the last minutes, unless a clean-up is known to come first.
#include "engine/forecast/exhaustion.h"

#include <cmath>

#include <gtest/gtest.h>

#include "model/limits.h"
#include "tests/unit/statistics/pcg32.h"

namespace nightjar {
namespace {

class Disk {
 public:
  std::vector<Forecast> feed(double used, double size = 1000) {
    tell("data_size_bytes", size);
    tell("data_used_bytes", used);
    at_ = at_ + seconds(10);
    return forecaster_.forecasts(at_);
  }
  std::vector<Forecast> tell(const std::string& name, double value) {
    MetricCounts counts;
    counts.service = {"catalog"};
    counts.name = name;
    counts.labels = {{"mount", "/data"}};
    counts.points = 1;
    counts.sum = counts.last = value;
    forecaster_.observe(counts, at_);
    return forecaster_.forecasts(at_);
  }

  std::vector<Forecast> after(Duration pause) { return forecaster_.forecasts(at_ + pause); }

 private:
  ExhaustionForecaster forecaster_;
  Timestamp at_ = Timestamp{} + days(20'000);
};

TEST(Limits, NamesPeopleGive) {
  EXPECT_EQ(limited_metric("shop_volume_used_bytes")->resource, "shop_volume bytes");
  EXPECT_EQ(limited_metric("shop_volume_size_bytes")->resource, "shop_volume bytes");
  EXPECT_EQ(limited_metric("container_memory_limit_bytes")->role, LimitRole::limit);
  EXPECT_EQ(limited_metric("node_filesystem_avail_bytes")->role, LimitRole::remaining);
  EXPECT_EQ(limited_metric("heap_usage_ratio")->fixed_limit, 1.0);
  EXPECT_EQ(limited_metric("pg_max_connections")->role, LimitRole::limit);
  EXPECT_EQ(limited_metric("pg_connections")->role, LimitRole::level);
  EXPECT_EQ(limited_metric("db.pool.max_connections")->resource, limited_metric("db.pool.connections")->resource);
  EXPECT_NE(limited_metric("pg_connections")->resource, limited_metric("pg_used_bytes")->resource);
  EXPECT_FALSE(limited_metric("http_requests_total").has_value());
  EXPECT_FALSE(limited_metric("_used_bytes").has_value());
}

TEST(FastRule, SaysWhenItIsFullAfterFourMinutes) {
  Disk disk;
  Pcg32 random(1);
  int first = -1;
  Forecast forecast;
  for (int i = 0; i < 60; ++i) {
    const auto said = disk.feed(300 + 0.5 * i * 1.0 + 0.3 * random.normal());
    if (!said.empty() && first < 0) first = i, forecast = said[0];
  }
  EXPECT_EQ(first, -1);  // 0.05 a second: four hours to go
  for (int i = 0; i < 60; ++i) {
    const auto said = disk.feed(330 + 3 * i + 3 * random.normal());
    if (!said.empty() && first < 0) first = i;
    if (!said.empty()) forecast = said[0];
  }
  ASSERT_GE(first, 0);
  EXPECT_LE(first, 50);
  EXPECT_NEAR((forecast.eta - forecast.made_at).seconds(), (1000 - 507) / 0.3, 500);
  EXPECT_LT(forecast.eta_low, forecast.eta_high);
  EXPECT_EQ(forecast.limit, 1000);
  EXPECT_NE(forecast.text.find("full in"), std::string::npos);
}

TEST(FastRule, NoiseAndPlateausSayNothing) {
  int said = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Pcg32 random(seed);
    Disk disk;
    double wander = 600;
    for (int i = 0; i < 1000; ++i) {
      wander += 0.5 * random.normal();
      said += !disk.feed(std::round(wander + 5 * random.normal())).empty();
    }
  }
  EXPECT_LE(said, 60);  // of 30,000 windows, all at a wandering level
  Disk flat;
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(flat.feed(950).empty());
}

TEST(FastRule, AKnownCleanUpIsWaitedFor) {
  Disk disk;
  int said = 0;
  // Fills to 85 % in 25 minutes, then is cleaned to 40 %, again and again.
  for (int cycle = 0; cycle < 6; ++cycle)
    for (int i = 0; i < 150; ++i) {
      const bool told = !disk.feed(400 + 3.0 * i).empty();
      if (cycle > 0) said += told;
    }
  EXPECT_EQ(said, 0);
  // This time it is not cleaned.
  int late = -1;
  for (int i = 0; i < 200; ++i)
    if (!disk.feed(std::min(1000.0, 400 + 3.0 * i)).empty() && late < 0) late = i;
  ASSERT_GE(late, 150);
  EXPECT_LE(late, 170);
}

TEST(FastRule, FullIsSaidUntilItIsNot) {
  Disk disk;
  for (int i = 0; i < 120; ++i) disk.feed(std::min(1000.0, 400 + 6.0 * i));
  EXPECT_FALSE(disk.feed(1000).empty());
  EXPECT_NE(disk.feed(1000)[0].text.find("is full"), std::string::npos);
  for (int i = 0; i < 30; ++i) disk.feed(300);
  EXPECT_TRUE(disk.feed(300).empty());
}

TEST(FastRule, AMetricThatEndsIsForgotten) {
  Disk disk;
  for (int i = 0; i < 100; ++i) disk.feed(300 + 5.0 * i);
  EXPECT_FALSE(disk.feed(800).empty());
  EXPECT_TRUE(disk.after(minutes(15)).empty());
}

}  // namespace
}  // namespace nightjar
