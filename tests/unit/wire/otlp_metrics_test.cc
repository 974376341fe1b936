#include "oracle.h"
#include "wire/decode.h"
#include "wire/otlp/exponential_histogram.h"

namespace nightjar {
namespace {

constexpr Encoding kMetrics = Encoding::otlp_metrics_protobuf;

std::vector<Signals> decoded_metrics(std::string_view body) {
  const auto verdict = judge(kMetrics, body, {}, oracle::kNow);
  EXPECT_TRUE(verdict.ok()) << verdict.status();
  return decode(kMetrics, body, *verdict).value();
}

TEST(OtlpMetrics, every_kind_of_point) {
  const std::string times = "{pool=main} 1795560539000000000..1795560599000000000";
  const std::string text = oracle::describe(decoded_metrics(oracle::metrics().SerializeAsString()));
  EXPECT_EQ(text.substr(text.find('\n') + 1),
            "  point memory.used [By] kind 0 temporality 0 " + times + " 0.5\n" +
                "  point memory.used [By] kind 0 temporality 0 " + times + " -3\n" +
                "  point memory.used [By] kind 0 temporality 0 " + times + " 0 stale\n" +
                "  point http.requests [] kind 1 temporality 1 " + times + " 17\n" +
                "  point queue.length [] kind 0 temporality 2 " + times + " 4\n" +
                "  point http.duration [s] kind 2 temporality 2 " + times +
                " 0 count 6 sum 1.5 bounds [0.1 0.5] counts [1 2 3]\n" +
                // scale 0: base 2. Negative bucket -1 is [-1, -0.5); positive from (2, 4] on.
                "  point rpc.duration [] kind 2 temporality 1 " + times +
                " 0 count 10 sum 20 bounds [-1 -0.5 2 4 8] counts [0 4 1 2 3 0]\n" +
                "  point gc.pause_count [] kind 1 temporality 2 " + times + " 9\n" +
                "  point gc.pause_sum [] kind 1 temporality 2 " + times + " 0.75\n");
}

TEST(OtlpMetrics, order_of_fields_does_not_matter) {
  const auto request = oracle::metrics();
  EXPECT_EQ(oracle::describe(decoded_metrics(oracle::reversed(request))),
            oracle::describe(decoded_metrics(request.SerializeAsString())));
}

// A summary is one item and two points.
TEST(OtlpMetrics, items_are_data_points) {
  const auto verdict = judge(kMetrics, oracle::metrics().SerializeAsString(), {}, oracle::kNow);
  EXPECT_EQ(verdict->accepted, 8u);
}

TEST(OtlpMetrics, metric_without_a_name_costs_its_points) {
  auto request = oracle::metrics();
  request.mutable_resource_metrics(0)->mutable_scope_metrics(0)->mutable_metrics(0)->clear_name();
  const std::string body = request.SerializeAsString();
  const auto verdict = judge(kMetrics, body, {}, oracle::kNow);
  EXPECT_EQ(verdict->rejected, (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(verdict->first_reason, "items 0 to 2: in their metric: it has no name");
  EXPECT_EQ(decode(kMetrics, body, *verdict)->at(0).metrics.at(0).series->name, "http.requests");
}

TEST(OtlpMetrics, buckets_that_do_not_fit_their_bounds_leave_count_and_sum) {
  for (int broken = 0; broken < 3; ++broken) {
    auto request = oracle::metrics();
    auto& point = *request.mutable_resource_metrics(0)
                       ->mutable_scope_metrics(0)
                       ->mutable_metrics(3)
                       ->mutable_histogram()
                       ->mutable_data_points(0);
    if (broken == 0) point.add_bucket_counts(9);
    if (broken == 1) point.set_explicit_bounds(1, 0.1);
    if (broken == 2) point.set_explicit_bounds(0, std::numeric_limits<double>::quiet_NaN());
    const auto signals = decoded_metrics(request.SerializeAsString());
    const HistogramPoint& histogram = *signals.at(0).metrics.at(5).histogram;
    EXPECT_EQ(histogram.count, 6u);
    EXPECT_EQ(histogram.sum, 1.5);
    EXPECT_TRUE(histogram.bounds.empty());
    EXPECT_EQ(histogram.counts, (std::vector<std::uint64_t>{6}));
  }
}

TEST(ExponentialHistogram, finer_scale_has_closer_bounds) {
  const HistogramPoint point = otlp::to_explicit(
      {.count = 5, .sum = 7, .scale = 1, .zero_count = 1, .positive = {.offset = 0, .counts = {1, 3}}});
  ASSERT_EQ(point.bounds.size(), 3u);
  EXPECT_DOUBLE_EQ(point.bounds[0], 1);
  EXPECT_DOUBLE_EQ(point.bounds[1], std::sqrt(2));
  EXPECT_DOUBLE_EQ(point.bounds[2], 2);
  EXPECT_EQ(point.counts, (std::vector<std::uint64_t>{1, 1, 3, 0}));
}

// The Python SDK sends one empty bucket for the side that nothing fell into.
TEST(ExponentialHistogram, only_zeros) {
  const HistogramPoint point =
      otlp::to_explicit({.count = 4, .zero_count = 4, .negative = {.offset = -1, .counts = {0}}});
  EXPECT_TRUE(point.bounds.empty());
  EXPECT_EQ(point.counts, (std::vector<std::uint64_t>{4}));
}

// Scales and offsets no sender has, but anyone can write.
TEST(ExponentialHistogram, absurd_scales_leave_count_and_sum) {
  for (std::int32_t scale : {INT32_MIN, -11, 200, INT32_MAX}) {
    for (std::int32_t offset : {INT32_MIN, 0, INT32_MAX}) {
      const HistogramPoint point = otlp::to_explicit({.count = 3,
                                                      .sum = 2,
                                                      .scale = scale,
                                                      .positive = {.offset = offset, .counts = {1, 1}},
                                                      .negative = {.offset = offset, .counts = {1}}});
      EXPECT_EQ(point.count, 3u);
      EXPECT_EQ(point.counts.size(), point.bounds.size() + 1);
      EXPECT_TRUE(std::is_sorted(point.bounds.begin(), point.bounds.end()));
      for (double bound : point.bounds) EXPECT_TRUE(std::isfinite(bound));
    }
  }
}

}  // namespace
}  // namespace nightjar
