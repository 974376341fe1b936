#include "wire/prometheus/remote_write.h"

#include <set>

#include "oracle.h"
#include "wire/decode.h"
#include "wire/prometheus/metric_kind.h"

namespace nightjar {
namespace {

std::string decoded_write(Encoding encoding, std::string_view body) {
  const auto verdict = judge(encoding, body, {}, oracle::kNow);
  if (!verdict.ok()) return std::string(verdict.status().ToString());
  return oracle::describe(decode(encoding, body, *verdict).value());
}

TEST(RemoteWrite1, series_of_a_service_come_together) {
  EXPECT_EQ(decoded_write(Encoding::remote_write_1, oracle::write_1().SerializeAsString()),
            "checkout c-1:80\n"
            "  point http_requests_total [] kind 1 temporality 2 {code=500, instance=c-1:80, job=checkout} "
            "0..1795560570000000000 100\n"
            "  point http_requests_total [] kind 1 temporality 2 {code=500, instance=c-1:80, job=checkout} "
            "0..1795560585000000000 101\n"
            "  point odd_name [bytes] kind 1 temporality 2 {instance=c-1:80, job=checkout} "
            "0..1795560600000000000 0 stale\n"
            "  point rpc_seconds [] kind 2 temporality 2 {instance=c-1:80, job=checkout} 0..1795560600000000000 0 "
            "count 12 sum 3.5 bounds [] counts [12]\n"
            "payment p-1:80\n"
            "  point memory_bytes [] kind 0 temporality 0 {instance=p-1:80, job=ignored, service=payment} "
            "0..1795560600000000000 500000000\n");
}

TEST(RemoteWrite2, symbols_types_units_and_start_times) {
  EXPECT_EQ(decoded_write(Encoding::remote_write_2, oracle::write_2().SerializeAsString()),
            "checkout c-1:80\n"
            "  point http_requests_total [] kind 1 temporality 2 {instance=c-1:80, job=checkout} "
            "1795557000000000000..1795560600000000000 7\n"
            "  point queue [seconds] kind 0 temporality 0 {instance=c-1:80, job=checkout} 0..1795560599000000000 0\n"
            "  point queue [seconds] kind 0 temporality 0 {instance=c-1:80, job=checkout} 0..1795560599001000000 1\n"
            "  point queue [seconds] kind 2 temporality 2 {instance=c-1:80, job=checkout} 0..1795560600000000000 0 "
            "count 3 sum 1.25 bounds [] counts [3]\n");
}

TEST(RemoteWrite, order_of_fields_does_not_matter) {
  auto one = oracle::write_1();
  EXPECT_EQ(decoded_write(Encoding::remote_write_1, oracle::reversed(one)),
            decoded_write(Encoding::remote_write_1, one.SerializeAsString()));
  auto two = oracle::write_2();
  two.mutable_timeseries(1)->clear_histograms();  // samples before histograms is an order, too
  EXPECT_EQ(decoded_write(Encoding::remote_write_2, oracle::reversed(two)),
            decoded_write(Encoding::remote_write_2, two.SerializeAsString()));
}

TEST(RemoteWrite, empty_request_is_fine) {
  EXPECT_EQ(decoded_write(Encoding::remote_write_1, ""), "");
  EXPECT_EQ(decoded_write(Encoding::remote_write_2, ""), "");
}

// What each fault costs and what the sender reads.
TEST(RemoteWrite1, faults) {
  struct Case {
    std::string name;
    void (*spoil)(::prometheus::TimeSeries&);
    std::vector<std::uint32_t> rejected;
    std::string reason;
  };
  const Case cases[] = {
      {"no name",
       [](auto& s) { s.mutable_labels(0)->set_name("other"); },
       {0, 1},
       "sample 0 in series 0: it has no label __name__"},
      {"empty name",
       [](auto& s) { s.mutable_labels(1)->clear_name(); },
       {0, 1},
       "sample 0 in series 0: a label name is empty"},
      {"twice",
       [](auto& s) { s.mutable_labels(1)->set_name("job"); },
       {0, 1},
       "sample 0 in series 0: a label name comes twice"},
      {"not UTF-8",
       [](auto& s) { s.mutable_labels(1)->set_value("\xc3"); },
       {0, 1},
       "sample 0 in series 0: a label is not UTF-8"},
      {"long",
       [](auto& s) { s.mutable_labels(1)->set_name(std::string(257, 'n')); },
       {0, 1},
       "sample 0 in series 0: a name is longer than 256 bytes"},
      {"many",
       [](auto& s) {
         for (int i = 0; i < 61; ++i) s.add_labels()->set_name("l" + std::to_string(i));
       },
       {0, 1},
       "sample 0 in series 0: it has more than 64 labels"},
      {"no time",
       [](auto& s) { s.mutable_samples(1)->clear_timestamp(); },
       {1},
       "sample 1 in series 0: its timestamp is absent or before 1970"},
      {"a day ahead",
       [](auto& s) { s.mutable_samples(1)->set_timestamp(oracle::kNow.ns / 1'000'000 + 86'400'000); },
       {1},
       "sample 1 in series 0: its time is more than 10 min ahead; set the sender's clock"},
      {"at the end of time",
       [](auto& s) { s.mutable_samples(0)->set_timestamp(INT64_MAX); },
       {0},
       "sample 0 in series 0: its time is more than 10 min ahead; set the sender's clock"},
  };
  for (const Case& c : cases) {
    auto request = oracle::write_1();
    c.spoil(*request.mutable_timeseries(0));
    std::string body;
    request.SerializeToString(&body);
    const auto verdict = judge(Encoding::remote_write_1, body, {}, oracle::kNow);
    ASSERT_TRUE(verdict.ok()) << c.name << verdict.status();
    EXPECT_EQ(verdict->rejected, c.rejected) << c.name;
    EXPECT_EQ(verdict->first_reason, c.reason) << c.name;
    EXPECT_EQ(verdict->accepted + verdict->rejected.size(), 5u) << c.name;
    const auto signals = decode(Encoding::remote_write_1, body, *verdict);
    ASSERT_TRUE(signals.ok()) << c.name;
    EXPECT_EQ(oracle::count_items(*signals), verdict->accepted) << c.name;
  }
}

TEST(RemoteWrite2, references_must_lead_somewhere) {
  auto request = oracle::write_2();
  request.mutable_timeseries(0)->set_labels_refs(1, 99);
  const auto outside = judge(Encoding::remote_write_2, request.SerializeAsString(), {}, oracle::kNow);
  EXPECT_EQ(outside->rejected, (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(outside->first_reason, "sample 0 in series 0: a label reference points outside of the symbols");
  request = oracle::write_2();
  request.mutable_timeseries(1)->add_labels_refs(1);
  const auto odd = judge(Encoding::remote_write_2, request.SerializeAsString(), {}, oracle::kNow);
  EXPECT_EQ(odd->rejected, (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_EQ(odd->first_reason, "sample 1 in series 1: its label references do not come in pairs");
}

TEST(RemoteWrite2, written_counts_what_was_kept) {
  auto request = oracle::write_2();
  const auto counts = [&] {
    const std::string body = request.SerializeAsString();
    const auto written =
        count_written(RemoteWriteVersion::two, body, *judge(Encoding::remote_write_2, body, {}, oracle::kNow));
    return fmt::format("{} {} {}", written->samples, written->histograms, written->exemplars);
  };
  EXPECT_EQ(counts(), "3 1 1");
  request.mutable_timeseries(1)->mutable_samples(0)->set_timestamp(-1);
  EXPECT_EQ(counts(), "2 1 1");
  request.mutable_timeseries(0)->set_labels_refs(0, 99);
  EXPECT_EQ(counts(), "1 1 0");
}

TEST(RemoteWrite1, labels_with_empty_values_are_no_labels) {
  auto request = oracle::write_1();
  request.mutable_timeseries(0)->mutable_labels(1)->clear_value();
  const std::string body = request.SerializeAsString();
  const auto signals = decode(Encoding::remote_write_1, body, *judge(Encoding::remote_write_1, body, {}, oracle::kNow));
  EXPECT_EQ(signals->at(0).metrics.at(0).series->labels.find("code"), "");
  EXPECT_EQ(signals->at(0).metrics.at(0).series->labels.to_attributes().size(), 2u);
}

// A catalogue only spares work: with one that knows the series, with one that knows others, and with an empty one the
// same points come out.
TEST(SeriesCatalogue, what_is_known_comes_out_the_same) {
  const std::pair<Encoding, std::string> bodies[] = {
      {Encoding::remote_write_1, oracle::write_1().SerializeAsString()},
      {Encoding::remote_write_2, oracle::write_2().SerializeAsString()},
      {Encoding::otlp_metrics_protobuf, oracle::metrics().SerializeAsString()}};
  SeriesCatalogue catalogue;
  for (int time = 0; time < 3; ++time)
    for (const auto& [encoding, body] : bodies) {
      const auto verdict = judge(encoding, body, {}, oracle::kNow);
      const std::size_t known = catalogue.size();
      const auto with = decode(encoding, body, *verdict, {}, catalogue);
      EXPECT_EQ(oracle::describe(*with), oracle::describe(*decode(encoding, body, *verdict)));
      EXPECT_EQ(catalogue.size() == known, time > 0);
    }
}

// Labels of one series in two pieces, with a sample between them: another order of bytes, the same series.
TEST(SeriesCatalogue, labels_in_pieces_are_the_same_series) {
  const auto label = [](const char* name, const char* value) {
    ::prometheus::Label one;
    one.set_name(name);
    one.set_value(value);
    const std::string bytes = one.SerializeAsString();
    return std::string("\x0a") + static_cast<char>(bytes.size()) + bytes;
  };
  ::prometheus::Sample sample;
  sample.set_value(1);
  sample.set_timestamp(oracle::kNow.ns / 1'000'000);
  const std::string sample_bytes = sample.SerializeAsString();
  const std::string of_sample = std::string("\x12") + static_cast<char>(sample_bytes.size()) + sample_bytes;
  SeriesCatalogue catalogue;
  std::set<std::uint64_t> ids;
  for (const std::string& series : {label("__name__", "up") + label("job", "a") + of_sample,
                                    label("__name__", "up") + of_sample + label("job", "a")}) {
    const std::string body = std::string("\x0a") + static_cast<char>(series.size()) + series;
    const auto verdict = judge(Encoding::remote_write_1, body, {}, oracle::kNow);
    ASSERT_TRUE(verdict.ok());
    const auto all = decode(Encoding::remote_write_1, body, *verdict, {}, catalogue);
    ids.insert(all->at(0).metrics.at(0).id.value);
    EXPECT_EQ(all->at(0).metrics.at(0).series->service.value, "a");
  }
  EXPECT_EQ(ids.size(), 1u);
}

TEST(MetricKind, by_name_and_by_type) {
  using prometheus::metric_kind;
  using prometheus::MetricType;
  EXPECT_EQ(metric_kind("http_requests_total", {}), MetricKind::counter);
  EXPECT_EQ(metric_kind("http_seconds_bucket", {}), MetricKind::counter);
  EXPECT_EQ(metric_kind("http_seconds_sum", {}), MetricKind::counter);
  EXPECT_EQ(metric_kind("http_seconds_count", {}), MetricKind::counter);
  EXPECT_EQ(metric_kind("http_seconds_created", {}), MetricKind::gauge);
  EXPECT_EQ(metric_kind("memory_bytes", {}), MetricKind::gauge);
  EXPECT_EQ(metric_kind("odd", MetricType::counter), MetricKind::counter);
  EXPECT_EQ(metric_kind("queue_count", MetricType::gauge), MetricKind::gauge);
  EXPECT_EQ(metric_kind("rpc_seconds", MetricType::summary), MetricKind::gauge);
  EXPECT_EQ(metric_kind("rpc_seconds_sum", MetricType::summary), MetricKind::counter);
}

}  // namespace
}  // namespace nightjar
