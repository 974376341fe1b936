#include "tests/unit/observe/story.h"

namespace nightjar {
namespace {

using namespace story;

MetricPoint point(std::string_view name, MetricKind kind, double value, std::int64_t ms,
                  Temporality temporality = Temporality::cumulative, const Attributes& labels = {},
                  const Resource& owner = resource("payment")) {
  return metric_point(owner, name, kind, value, at_ms(ms), temporality, labels);
}

Signals points(std::vector<MetricPoint> list) {
  Signals signals;
  signals.metrics = std::move(list);
  return signals;
}

// name -> what it came to, window by window
using Closed = std::map<std::string, ClosedSeries>;
std::vector<Closed> close_series(Observer& observer, std::int64_t until_ms) {
  std::vector<Closed> windows;
  for (const WindowRollups& window : observer.close_windows(at_ms(until_ms))) {
    Closed& here = windows.emplace_back();
    for (const ClosedSeries& one : observer.take_series(window.window.start)) here[one.series->name] = one;
  }
  return windows;
}
std::vector<Closed> watch(const std::vector<MetricPoint>& list, std::int64_t until_ms = 60'000) {
  Observer observer({});
  for (const MetricPoint& p : list) observer.observe(points({p}), p.time);
  return close_series(observer, until_ms);
}

TEST(Metrics, CountersBecomeIncrements) {
  const auto counter = [](double value, std::int64_t ms) {
    return point("requests_total", MetricKind::counter, value, ms);
  };
  // 1000 says nothing; then +5, +7; a restart at 3; then +4.
  const auto windows = watch(
      {counter(1000, 1'000), counter(1005, 6'000), counter(1012, 12'000), counter(3, 22'000), counter(7, 27'000)});
  ASSERT_EQ(windows.size(), 5u);
  EXPECT_EQ(windows[0].at("requests_total").sum, 5);
  EXPECT_EQ(windows[0].at("requests_total").points, 1u);
  EXPECT_EQ(windows[1].at("requests_total").sum, 7);
  EXPECT_EQ(windows[2].at("requests_total").sum, 7);  // 3 + 4
  EXPECT_TRUE(windows[3].empty());
}

TEST(Metrics, ALaterStartIsARestartEvenWhenTheValueIsLarger) {
  auto a = point("c", MetricKind::counter, 10, 1'000), b = point("c", MetricKind::counter, 12, 2'000);
  a.start = at_ms(0);
  b.start = at_ms(1'500);
  EXPECT_EQ(watch({a, b})[0].at("c").sum, 12);
}

TEST(Metrics, DeltasAreUsedAsTheyAre) {
  const auto windows = watch({point("c", MetricKind::counter, 4, 1'000, Temporality::delta),
                              point("c", MetricKind::counter, 6, 2'000, Temporality::delta)});
  EXPECT_EQ(windows[0].at("c").sum, 10);
  EXPECT_EQ(windows[0].at("c").points, 2u);
}

TEST(Metrics, RepeatsAndStepsBackAreNotUsed) {
  const auto windows = watch({point("c", MetricKind::counter, 4, 1'000), point("c", MetricKind::counter, 9, 3'000),
                              point("c", MetricKind::counter, 9, 3'000), point("c", MetricKind::counter, 6, 2'000)});
  EXPECT_EQ(windows[0].at("c").sum, 5);
  EXPECT_EQ(windows[0].at("c").points, 1u);
}

TEST(Metrics, GaugesKeepMeanAndLast) {
  const auto counts = watch({point("pool", MetricKind::gauge, 4, 1'000), point("pool", MetricKind::gauge, 9, 2'000),
                             point("pool", MetricKind::gauge, 2, 3'000)})[0]
                          .at("pool");
  EXPECT_EQ(counts.sum / static_cast<double>(counts.points), 5);
  EXPECT_EQ(counts.last, 2);
  EXPECT_EQ(counts.series->service.value, "payment");
  EXPECT_EQ(counts.series->instance.value, "a");
}

TEST(Metrics, HistogramsAreTwoCounters) {
  auto a = point("duration", MetricKind::histogram, 0, 1'000), b = point("duration", MetricKind::histogram, 0, 2'000);
  a.histogram = std::make_shared<HistogramPoint>(HistogramPoint{10, 1.5, {}, {}});
  b.histogram = std::make_shared<HistogramPoint>(HistogramPoint{14, 2.5, {}, {}});
  const auto windows = watch({a, b});
  EXPECT_EQ(windows[0].at("duration_count").sum, 4);
  EXPECT_EQ(windows[0].at("duration_sum").sum, 1);
  EXPECT_EQ(windows[0].at("duration_sum").kind, MetricKind::counter);
}

TEST(Metrics, PrometheusNamesTellWhatTypesDoNot) {
  Resource unknown;
  unknown.service.value = "unknown_service";
  const auto unknown_point = [&](std::string_view name, double value, std::int64_t ms, const Attributes& labels) {
    return point(name, MetricKind::unknown, value, ms, Temporality::unspecified, labels, unknown);
  };
  const Attributes labels{{"instance", "10.0.0.1:9100"}, {"job", "node"}};
  Observer observer({});
  observer.observe(
      points({unknown_point("http_requests_total", 5, 1'000, labels),
              unknown_point("http_requests_total", 8, 2'000, labels), unknown_point("load1", 0.5, 1'000, labels),
              unknown_point("d_bucket", 3, 1'000, {{"job", "node"}, {"le", "0.1"}})}),
      at_ms(3'000));
  const auto windows = close_series(observer, 20'000);
  ASSERT_EQ(windows[0].size(), 2u);
  for (const auto& [name, closed] : windows[0]) {
    EXPECT_EQ(closed.series->service.value, "node");
    EXPECT_EQ(closed.series->instance.value, "10.0.0.1:9100");
    EXPECT_EQ(closed.sum, name == "load1" ? 0.5 : 3);
  }
  EXPECT_EQ(observer.counters().buckets_skipped, 1u);
}

// Ahead of the clock, more windows than a series has room for: none is lost.
TEST(Metrics, PointsOfManyOpenWindowsAreAllKept) {
  Observer observer({});
  for (int window = 0; window < 6; ++window)
    observer.observe(points({point("pool", MetricKind::gauge, window, 1'000 + 10'000 * window)}), at_ms(1'000));
  const auto windows = close_series(observer, 80'000);
  ASSERT_GE(windows.size(), 6u);
  for (int window = 0; window < 6; ++window)
    EXPECT_EQ(windows[static_cast<std::size_t>(window)].at("pool").sum, window);
}

// What has a limit is told to every lane, everything else stays where it is.
TEST(Metrics, OnlyLevelsWithALimitTravel) {
  Observer observer({});
  observer.observe(
      points({point("disk_used_bytes", MetricKind::gauge, 7, 1'000), point("pool", MetricKind::gauge, 1, 1'000)}),
      at_ms(1'000));
  const auto windows = close(observer, 20'000);
  ASSERT_EQ(windows[0].metrics.size(), 1u);
  EXPECT_EQ(windows[0].metrics[0].counts.name, "disk_used_bytes");
  EXPECT_EQ(windows[0].metrics[0].counts.last, 7);
  EXPECT_EQ(windows[0].metric_points, 2u);
}

TEST(Metrics, AStaleMarkerEndsTheSeriesUntilItSpeaksAgain) {
  auto stale = point("pool", MetricKind::gauge, 0, 2'000);
  stale.stale = true;
  auto windows = watch({point("pool", MetricKind::gauge, 4, 1'000), stale});
  EXPECT_TRUE(windows[0].at("pool").ended);
  EXPECT_EQ(windows[0].at("pool").points, 1u);
  windows = watch({point("pool", MetricKind::gauge, 4, 1'000), stale, point("pool", MetricKind::gauge, 5, 3'000)});
  EXPECT_FALSE(windows[0].at("pool").ended);
  windows = watch({stale});
  EXPECT_TRUE(windows[0].at("pool").ended);
  EXPECT_EQ(windows[0].at("pool").points, 0u);
}

TEST(Metrics, NotANumberIsNotUsed) {
  const auto windows = watch({point("pool", MetricKind::gauge, std::numeric_limits<double>::quiet_NaN(), 1'000)});
  EXPECT_TRUE(windows[0].empty());
}

TEST(Metrics, IdleSeriesMakeRoom) {
  ObserveSettings settings;
  settings.series = 100;
  settings.forget_series = minutes(1);
  Observer observer(settings);
  for (int i = 0; i < 300; ++i)
    observer.observe(points({point(fmt::format("m{}", i), MetricKind::gauge, 1, 1'000)}), at_ms(1'000));
  EXPECT_EQ(observer.series(), 100u);
  EXPECT_EQ(observer.counters().series_refused, 200u);
  close(observer, 20'000);
  observer.observe(points({point("fresh", MetricKind::gauge, 1, 200'000)}), at_ms(200'000));
  EXPECT_EQ(observer.series(), 1u);
}

}  // namespace
}  // namespace nightjar
