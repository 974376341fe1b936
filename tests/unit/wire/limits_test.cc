// Every limit of the door, just inside and just outside; and that one bad item costs one item.
#include "oracle.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

namespace common = opentelemetry::proto::common::v1;

constexpr Encoding kTraces = Encoding::otlp_traces_protobuf;

using Span = opentelemetry::proto::trace::v1::Span;
Span& first_span(oracle::TracesRequest& request) {
  return *request.mutable_resource_spans(0)->mutable_scope_spans(0)->mutable_spans(0);
}

// Four spans; `spoil` works on the request.
template <class Spoil>
Verdict after(Spoil spoil, const Limits& limits = {}) {
  auto request = oracle::traces();
  spoil(request);
  std::string body;
  request.SerializePartialToString(&body);
  const auto verdict = judge(kTraces, body, limits, oracle::kNow);
  EXPECT_TRUE(verdict.ok()) << verdict.status();
  if (!verdict.ok()) return {};
  EXPECT_EQ(verdict->accepted + verdict->rejected.size(), 4u);
  const auto signals = decode(kTraces, body, *verdict);
  EXPECT_TRUE(signals.ok());
  EXPECT_EQ(oracle::count_items(signals.value_or(std::vector<Signals>{})), verdict->accepted);
  return *verdict;
}

using Rejected = std::vector<std::uint32_t>;

TEST(Limits, attributes_of_a_span) {
  const auto fill = [](oracle::TracesRequest& request, int count) {
    Span& span = first_span(request);
    span.clear_attributes();
    for (int i = 0; i < count; ++i) oracle::set(*span.mutable_attributes(), "k" + std::to_string(i), "v");
  };
  EXPECT_EQ(after([&](auto& r) { fill(r, 128); }).rejected, Rejected{});
  const Verdict over = after([&](auto& r) { fill(r, 129); });
  EXPECT_EQ(over.rejected, Rejected{0});
  EXPECT_EQ(over.first_reason, "span 0: it has more than 128 attributes");
}

TEST(Limits, links_of_a_span) {
  const auto fill = [](oracle::TracesRequest& request, int count) {
    first_span(request).clear_links();
    for (int i = 0; i < count; ++i) first_span(request).add_links();
  };
  EXPECT_EQ(after([&](auto& r) { fill(r, 128); }).rejected, Rejected{});
  EXPECT_EQ(after([&](auto& r) { fill(r, 129); }).rejected, Rejected{0});
}

TEST(Limits, names) {
  const auto name = [](oracle::TracesRequest& request, std::size_t size) {
    first_span(request).mutable_attributes(0)->set_key(std::string(size, 'n'));
  };
  EXPECT_EQ(after([&](auto& r) { name(r, 256); }).rejected, Rejected{});
  const Verdict over = after([&](auto& r) { name(r, 257); });
  EXPECT_EQ(over.rejected, Rejected{0});
  EXPECT_EQ(over.first_reason, "span 0: a name in it is longer than 256 bytes");
}

TEST(Limits, text_that_is_not_utf8_costs_its_item) {
  EXPECT_EQ(after([](auto& r) { first_span(r).set_name("\xc3"); }).rejected, Rejected{0});
  EXPECT_EQ(
      after([](auto& r) { first_span(r).mutable_attributes(0)->mutable_value()->set_string_value("\xff"); }).rejected,
      Rejected{0});
  EXPECT_EQ(after([](auto& r) { first_span(r).mutable_status()->set_message("\xed\xa0\x80"); }).rejected, Rejected{0});
  // Nobody reads the trace state.
  EXPECT_EQ(after([](auto& r) { first_span(r).set_trace_state("\xff"); }).rejected, Rejected{});
}

// The resource comes before or after its spans; it is the same fault.
TEST(Limits, resource_costs_all_its_items) {
  auto request = oracle::traces();
  request.mutable_resource_spans(0)->mutable_resource()->mutable_attributes(0)->mutable_value()->set_string_value(
      "\xff");
  // And one of them is at fault itself, which does not count twice.
  first_span(request).clear_trace_id();
  for (const std::string& body : {request.SerializePartialAsString(), oracle::reversed(request)}) {
    const auto verdict = judge(kTraces, body, {}, oracle::kNow);
    ASSERT_TRUE(verdict.ok());
    EXPECT_EQ(verdict->rejected, (Rejected{0, 1, 2}));
    EXPECT_EQ(verdict->first_reason, "items 0 to 2: in their resource spans: a text in it is not UTF-8");
    EXPECT_EQ(verdict->accepted, 1u);
    EXPECT_EQ(decode(kTraces, body, *verdict)->at(0).resource.service.value, "shop/payment");
  }
}

TEST(Limits, scope_costs_its_items) {
  EXPECT_EQ(after([](auto& r) {
              r.mutable_resource_spans(0)->mutable_scope_spans(1)->mutable_scope()->set_name("\xff");
            }).rejected,
            Rejected{2});
}

TEST(Limits, times) {
  const auto ahead = static_cast<std::uint64_t>((oracle::kNow + minutes(10)).ns);
  EXPECT_EQ(after([&](auto& r) { first_span(r).set_end_time_unix_nano(ahead); }).rejected, Rejected{});
  const Verdict over = after([&](auto& r) { first_span(r).set_end_time_unix_nano(ahead + 1); });
  EXPECT_EQ(over.rejected, Rejected{0});
  EXPECT_EQ(over.first_reason, "span 0: its time is more than 10 min ahead; set the sender's clock");
  EXPECT_EQ(after([&](auto& r) { first_span(r).set_start_time_unix_nano(UINT64_MAX); }).rejected, Rejected{0});
  // Merely late is not refused, unless the retention is known and passed.
  const auto old = static_cast<std::uint64_t>((oracle::kNow - days(3)).ns);
  EXPECT_EQ(after([&](auto& r) { first_span(r).set_start_time_unix_nano(old); }).rejected, Rejected{});
  Limits limits;
  limits.signal_retention = days(3);
  EXPECT_EQ(after([&](auto& r) { first_span(r).set_start_time_unix_nano(old); }, limits).rejected, Rejected{});
  EXPECT_EQ(after([&](auto& r) { first_span(r).set_start_time_unix_nano(old - 1); }, limits).rejected, Rejected{0});
}

TEST(Limits, depth_of_values) {
  for (const bool lists : {true, false}) {
    for (int depth : {31, 32, 33, 1000}) {
      auto request = oracle::traces();
      common::AnyValue* value = first_span(request).mutable_attributes(0)->mutable_value();
      for (int i = 1; i < depth; ++i) {
        value = lists ? value->mutable_array_value()->add_values()
                      : value->mutable_kvlist_value()->add_values()->mutable_value();
      }
      value->set_bool_value(true);
      const auto verdict = judge(kTraces, request.SerializeAsString(), {}, oracle::kNow);
      EXPECT_EQ(verdict.ok(), depth <= 32) << depth;
      EXPECT_EQ(verdict.status().code(), depth <= 32 ? absl::StatusCode::kOk : absl::StatusCode::kInvalidArgument);
    }
  }
}

// Each limit of the whole request, set one below what the request has.
TEST(Limits, of_the_whole_request) {
  const std::string traces = oracle::traces().SerializeAsString(), metrics = oracle::metrics().SerializeAsString();
  const std::string one = oracle::write_1().SerializeAsString(), two = oracle::write_2().SerializeAsString();
  struct Case {
    const char* name;
    Encoding encoding;
    const std::string& body;
    std::uint64_t has;
    void (*set)(Limits&, std::uint64_t);
  };
  const auto items = [](Limits& l, std::uint64_t n) { l.items = static_cast<std::uint32_t>(n); };
  const auto series = [](Limits& l, std::uint64_t n) { l.series = static_cast<std::uint32_t>(n); };
  const auto attributes = [](Limits& l, std::uint64_t n) { l.attributes = static_cast<std::uint32_t>(n); };
  const auto buckets = [](Limits& l, std::uint64_t n) { l.buckets = static_cast<std::uint32_t>(n); };
  const auto symbols = [](Limits& l, std::uint64_t n) { l.symbols = static_cast<std::uint32_t>(n); };
  const auto otlp_bytes = [](Limits& l, std::uint64_t n) { l.otlp_bytes = n; };
  const auto other_bytes = [](Limits& l, std::uint64_t n) { l.other_bytes = n; };
  const Case cases[] = {
      {"spans", kTraces, traces, 4, items},
      {"span attributes", kTraces, traces, 24, attributes},
      {"points", Encoding::otlp_metrics_protobuf, metrics, 8, items},
      {"buckets", Encoding::otlp_metrics_protobuf, metrics, 8, buckets},
      {"samples 1", Encoding::remote_write_1, one, 5, items},
      {"samples 2", Encoding::remote_write_2, two, 4, items},
      {"series 1", Encoding::remote_write_1, one, 4, series},
      {"series 2", Encoding::remote_write_2, two, 2, series},
      {"symbols", Encoding::remote_write_2, two, 11, symbols},
      {"bytes of traces", kTraces, traces, traces.size(), otlp_bytes},
      {"bytes of remote write", Encoding::remote_write_1, one, one.size(), other_bytes},
  };
  for (const Case& c : cases) {
    Limits limits;
    c.set(limits, c.has);
    EXPECT_TRUE(judge(c.encoding, c.body, limits, oracle::kNow).ok()) << c.name;
    c.set(limits, c.has - 1);
    const auto verdict = judge(c.encoding, c.body, limits, oracle::kNow);
    ASSERT_FALSE(verdict.ok()) << c.name;
    EXPECT_EQ(verdict.status().code(), absl::StatusCode::kResourceExhausted) << c.name << verdict.status();
  }
}

// Small bodies that would be large when decoded: what is sent once and copied to each item counts for each item.
TEST(Limits, copies_are_counted) {
  Limits limits;
  limits.copied_bytes = 1 << 20;
  const std::string long_text(4000, 'x');

  auto traces = oracle::traces();
  auto& resource = *traces.mutable_resource_spans(0);
  oracle::set(*resource.mutable_resource()->mutable_attributes(), "long", long_text);
  for (int i = 0; i < 300; ++i) *resource.add_scope_spans() = resource.scope_spans(1);
  EXPECT_FALSE(judge(kTraces, traces.SerializeAsString(), limits, oracle::kNow).ok());
  EXPECT_FALSE(judge(kTraces, oracle::reversed(traces), limits, oracle::kNow).ok());
  EXPECT_TRUE(judge(kTraces, traces.SerializeAsString(), {}, oracle::kNow).ok());

  auto metrics = oracle::metrics();
  auto& metric = *metrics.mutable_resource_metrics(0)->mutable_scope_metrics(0)->mutable_metrics(0);
  metric.set_unit(long_text);
  for (int i = 0; i < 300; ++i) metric.mutable_gauge()->add_data_points();
  EXPECT_FALSE(judge(Encoding::otlp_metrics_protobuf, metrics.SerializeAsString(), limits, oracle::kNow).ok());
  EXPECT_TRUE(judge(Encoding::otlp_metrics_protobuf, metrics.SerializeAsString(), {}, oracle::kNow).ok());

  auto one = oracle::write_1();
  one.mutable_timeseries(0)->mutable_labels(1)->set_value(long_text);
  for (int i = 0; i < 300; ++i) *one.mutable_timeseries(0)->add_samples() = one.timeseries(0).samples(0);
  EXPECT_FALSE(judge(Encoding::remote_write_1, one.SerializeAsString(), limits, oracle::kNow).ok());
  EXPECT_TRUE(judge(Encoding::remote_write_1, one.SerializeAsString(), {}, oracle::kNow).ok());

  auto two = oracle::write_2();
  two.set_symbols(4, long_text);
  for (int i = 0; i < 300; ++i) *two.add_timeseries() = two.timeseries(0);
  const auto verdict = judge(Encoding::remote_write_2, two.SerializeAsString(), limits, oracle::kNow);
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(judge(Encoding::remote_write_2, two.SerializeAsString(), {}, oracle::kNow).ok());
}

TEST(Limits, one_bad_span_in_a_thousand_costs_one) {
  auto request = oracle::traces();
  request.mutable_resource_spans()->RemoveLast();
  auto& scope = *request.mutable_resource_spans(0)->mutable_scope_spans(0);
  const Span good = scope.spans(1);
  scope.clear_spans();
  request.mutable_resource_spans(0)->mutable_scope_spans()->RemoveLast();
  for (int i = 0; i < 1000; ++i) *scope.add_spans() = good;
  scope.mutable_spans(537)->set_name("\xff");
  std::string body;
  request.SerializeToString(&body);
  const auto verdict = judge(kTraces, body, {}, oracle::kNow);
  EXPECT_EQ(verdict->accepted, 999u);
  EXPECT_EQ(verdict->rejected, Rejected{537});
  EXPECT_EQ(verdict->first_reason, "span 537: a text in it is not UTF-8");
  const auto signals = decode(kTraces, body, *verdict);
  EXPECT_EQ(signals->at(0).spans.size(), 999u);
}

TEST(Limits, one_bad_sample_in_a_thousand_costs_one) {
  oracle::WriteRequest1 request;
  for (int i = 0; i < 1000; ++i) {
    auto& series = *request.add_timeseries();
    auto& name = *series.add_labels();
    name.set_name("__name__");
    name.set_value("m" + std::to_string(i));
    auto& sample = *series.add_samples();
    sample.set_value(i);
    sample.set_timestamp(oracle::kNow.ns / 1'000'000 + (i == 537 ? 86'400'000 : 0));
  }
  const std::string body = request.SerializeAsString();
  const auto verdict = judge(Encoding::remote_write_1, body, {}, oracle::kNow);
  EXPECT_EQ(verdict->accepted, 999u);
  EXPECT_EQ(verdict->rejected, Rejected{537});
  const auto signals = decode(Encoding::remote_write_1, body, *verdict);
  ASSERT_EQ(signals->size(), 1u);
  EXPECT_EQ(signals->at(0).metrics.size(), 999u);
  EXPECT_EQ(signals->at(0).metrics.at(537).series->name, "m538");
}

// The limits of a later day do not change what an old verdict says.
TEST(Limits, decoder_obeys_the_verdict_and_not_the_limits) {
  const std::string body = oracle::traces().SerializeAsString();
  const auto signals = decode(kTraces, body, {.accepted = 2, .rejected = {0, 3}});
  EXPECT_EQ(oracle::count_items(*signals), 2u);
}

}  // namespace
}  // namespace nightjar
