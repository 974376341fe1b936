#include "oracle.h"

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "wire/otlp/json_scalar.h"

namespace nightjar::oracle {
namespace {

namespace common = opentelemetry::proto::common::v1;
namespace trace = opentelemetry::proto::trace::v1;

constexpr std::uint64_t kStart = 1'795'560'599'000'000'000;

// libprotobuf prints a line for each text that is not UTF-8; these tests send thousands.
[[maybe_unused]] google::protobuf::LogHandler* const kSilenced = google::protobuf::SetLogHandler(nullptr);

std::string id(char fill, std::size_t size) { return std::string(size, fill); }

void describe_resource(opentelemetry::proto::resource::v1::Resource& resource, std::string_view service,
                       std::string_view instance) {
  auto& attributes = *resource.mutable_attributes();
  set(attributes, "telemetry.sdk.language", "cpp");
  set(attributes, "service.name", service);
  set(attributes, "service.namespace", "shop");
  set(attributes, "service.version", "2.4.1");
  set(attributes, "service.instance.id", instance);
  set(attributes, "deployment.environment.name", "production");
}

void add_rich_attributes(KeyValues& attributes) {
  set(attributes, "zebra", "last");
  set(attributes, "http.request.method", "POST");
  set(attributes, "twice", "first");
  set(attributes, "twice", "second");
  auto& count = *attributes.Add();
  count.set_key("http.response.status_code");
  count.mutable_value()->set_int_value(503);
  auto& ratio = *attributes.Add();
  ratio.set_key("ratio");
  ratio.mutable_value()->set_double_value(0.25);
  auto& flag = *attributes.Add();
  flag.set_key("retry");
  flag.mutable_value()->set_bool_value(true);
  auto& bytes = *attributes.Add();
  bytes.set_key("bytes");
  bytes.mutable_value()->set_bytes_value(std::string("\x00\xff\x10", 3));
  auto& list = *attributes.Add();
  list.set_key("list");
  list.mutable_value()->mutable_array_value()->add_values()->set_string_value("a \"b\"\n");
  list.mutable_value()->mutable_array_value()->add_values()->set_int_value(-7);
  auto& inner = *list.mutable_value()->mutable_array_value()->add_values()->mutable_kvlist_value()->add_values();
  inner.set_key("deep");
  inner.mutable_value()->set_bool_value(false);
  attributes.Add()->set_key("absent");
}

void fill_span(trace::Span& span, char trace_fill, char span_fill) {
  span.set_trace_id(id(trace_fill, 16));
  span.set_span_id(id(span_fill, 8));
  span.set_name("GET /products/{id}");
  span.set_kind(trace::Span::SPAN_KIND_SERVER);
  span.set_start_time_unix_nano(kStart);
  span.set_end_time_unix_nano(kStart + 12'000'000);
}

std::string hex_ids(const std::string& base64) {
  const auto bytes = otlp::from_base64(base64);
  return bytes ? to_hex(std::string_view(*bytes)) : "not base64";
}

void rewrite_ids(nlohmann::json& json) {
  if (json.is_object()) {
    for (auto& [key, value] : json.items()) {
      if ((key == "traceId" || key == "spanId" || key == "parentSpanId") && value.is_string()) {
        value = hex_ids(value.get<std::string>());
      } else {
        rewrite_ids(value);
      }
    }
  } else if (json.is_array()) {
    for (auto& value : json) rewrite_ids(value);
  }
}

template <class Bytes>
std::string hex(const Bytes& bytes) {
  return to_hex(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::string text_of(const Attributes& attributes) {
  std::string out = "{";
  for (const auto& [key, value] : attributes) out += fmt::format("{}{}={}", out.size() > 1 ? ", " : "", key, value);
  return out + "}";
}

}  // namespace

void set(KeyValues& attributes, std::string_view key, std::string_view value) {
  auto& pair = *attributes.Add();
  pair.set_key(std::string(key));
  pair.mutable_value()->set_string_value(std::string(value));
}

TracesRequest traces() {
  TracesRequest request;
  auto& checkout = *request.add_resource_spans();
  describe_resource(*checkout.mutable_resource(), "checkout", "checkout-1");
  checkout.set_schema_url("https://example.com/schema");
  auto& http = *checkout.add_scope_spans();
  http.mutable_scope()->set_name("http");
  http.mutable_scope()->set_version("1");
  set(*http.mutable_scope()->mutable_attributes(), "scope", "attribute");
  auto& span = *http.add_spans();
  fill_span(span, 'T', 'S');
  span.set_trace_state("a=b");
  span.set_parent_span_id(id('P', 8));
  add_rich_attributes(*span.mutable_attributes());
  auto& other_event = *span.add_events();
  other_event.set_name("cache miss");
  auto& event = *span.add_events();
  event.set_name("exception");
  event.set_time_unix_nano(kStart);
  set(*event.mutable_attributes(), "exception.type", "TimeoutError");
  set(*event.mutable_attributes(), "exception.message", "no answer in 2 s");
  auto& link = *span.add_links();
  link.set_trace_id(id('L', 16));
  link.set_span_id(id('M', 8));
  span.mutable_status()->set_code(trace::Status::STATUS_CODE_ERROR);
  span.mutable_status()->set_message("it broke");
  span.set_flags(257);
  fill_span(*http.add_spans(), 'T', 'U');
  auto& database = *checkout.add_scope_spans();
  database.mutable_scope()->set_name("database");
  auto& query = *database.add_spans();
  fill_span(query, 'T', 'V');
  query.set_kind(trace::Span::SPAN_KIND_CLIENT);
  query.mutable_status();
  auto& payment = *request.add_resource_spans();
  describe_resource(*payment.mutable_resource(), "payment", "payment-1");
  fill_span(*payment.add_scope_spans()->add_spans(), 'X', 'Y');
  return request;
}

MetricsRequest metrics() {
  MetricsRequest request;
  auto& of_resource = *request.add_resource_metrics();
  describe_resource(*of_resource.mutable_resource(), "checkout", "checkout-1");
  auto& scope = *of_resource.add_scope_metrics();
  scope.mutable_scope()->set_name("runtime");
  const auto times = [](auto& point) {
    point.set_start_time_unix_nano(kStart - 60'000'000'000);
    point.set_time_unix_nano(kStart);
    set(*point.mutable_attributes(), "pool", "main");
  };

  auto& gauge = *scope.add_metrics();
  gauge.set_name("memory.used");
  gauge.set_unit("By");
  gauge.set_description("not kept");
  auto& level = *gauge.mutable_gauge()->add_data_points();
  times(level);
  level.set_as_double(0.5);
  auto& whole = *gauge.mutable_gauge()->add_data_points();
  times(whole);
  whole.set_as_int(-3);
  auto& ended = *gauge.mutable_gauge()->add_data_points();
  times(ended);
  ended.set_flags(1);

  auto& counter = *scope.add_metrics();
  counter.set_name("http.requests");
  counter.mutable_sum()->set_is_monotonic(true);
  counter.mutable_sum()->set_aggregation_temporality(opentelemetry::proto::metrics::v1::AGGREGATION_TEMPORALITY_DELTA);
  auto& increment = *counter.mutable_sum()->add_data_points();
  times(increment);
  increment.set_as_int(17);

  auto& level_sum = *scope.add_metrics();
  level_sum.set_name("queue.length");
  level_sum.mutable_sum()->set_aggregation_temporality(
      opentelemetry::proto::metrics::v1::AGGREGATION_TEMPORALITY_CUMULATIVE);
  auto& length = *level_sum.mutable_sum()->add_data_points();
  times(length);
  length.set_as_int(4);

  auto& histogram = *scope.add_metrics();
  histogram.set_name("http.duration");
  histogram.set_unit("s");
  histogram.mutable_histogram()->set_aggregation_temporality(
      opentelemetry::proto::metrics::v1::AGGREGATION_TEMPORALITY_CUMULATIVE);
  auto& durations = *histogram.mutable_histogram()->add_data_points();
  times(durations);
  durations.set_count(6);
  durations.set_sum(1.5);
  for (double bound : {0.1, 0.5}) durations.add_explicit_bounds(bound);
  for (std::uint64_t count : {1, 2, 3}) durations.add_bucket_counts(count);
  durations.set_min(0.01);
  durations.add_exemplars()->set_as_double(0.3);

  auto& exponential = *scope.add_metrics();
  exponential.set_name("rpc.duration");
  exponential.mutable_exponential_histogram()->set_aggregation_temporality(
      opentelemetry::proto::metrics::v1::AGGREGATION_TEMPORALITY_DELTA);
  auto& sizes = *exponential.mutable_exponential_histogram()->add_data_points();
  times(sizes);
  sizes.set_count(10);
  sizes.set_sum(20);
  sizes.set_scale(0);
  sizes.set_zero_count(1);
  sizes.mutable_positive()->set_offset(1);
  for (std::uint64_t count : {2, 3}) sizes.mutable_positive()->add_bucket_counts(count);
  sizes.mutable_negative()->set_offset(-1);
  for (std::uint64_t count : {4}) sizes.mutable_negative()->add_bucket_counts(count);

  auto& summary = *scope.add_metrics();
  summary.set_name("gc.pause");
  auto& pauses = *summary.mutable_summary()->add_data_points();
  times(pauses);
  pauses.set_count(9);
  pauses.set_sum(0.75);
  pauses.add_quantile_values()->set_quantile(0.99);
  return request;
}

LogsRequest logs() {
  LogsRequest request;
  auto& of_resource = *request.add_resource_logs();
  describe_resource(*of_resource.mutable_resource(), "checkout", "checkout-1");
  auto& scope = *of_resource.add_scope_logs();
  scope.mutable_scope()->set_name("logger");
  auto& line = *scope.add_log_records();
  line.set_time_unix_nano(kStart);
  line.set_observed_time_unix_nano(kStart + 1);
  line.set_severity_number(17);
  line.set_severity_text("ERROR");
  line.mutable_body()->set_string_value("payment 42 failed: köln");
  add_rich_attributes(*line.mutable_attributes());
  line.set_trace_id(id('T', 16));
  line.set_span_id(id('S', 8));
  auto& structured = *scope.add_log_records();
  structured.set_observed_time_unix_nano(kStart + 2);
  structured.set_severity_text("Warning");
  auto& field = *structured.mutable_body()->mutable_kvlist_value()->add_values();
  field.set_key("msg");
  field.mutable_value()->set_string_value("slow");
  scope.add_log_records();
  return request;
}

WriteRequest1 write_1() {
  WriteRequest1 request;
  const auto series = [&](std::vector<std::pair<std::string, std::string>> labels) {
    auto* added = request.add_timeseries();
    for (const auto& [name, value] : labels) {
      auto& label = *added->add_labels();
      label.set_name(name);
      label.set_value(value);
    }
    return added;
  };
  auto* requests =
      series({{"__name__", "http_requests_total"}, {"code", "500"}, {"instance", "c-1:80"}, {"job", "checkout"}});
  for (int i = 0; i < 2; ++i) {
    auto& sample = *requests->add_samples();
    sample.set_value(100 + i);
    sample.set_timestamp(kNow.ns / 1'000'000 - 15'000 * (2 - i));
  }
  auto& exemplar = *requests->add_exemplars();
  exemplar.set_value(1);
  auto* memory =
      series({{"__name__", "memory_bytes"}, {"instance", "p-1:80"}, {"job", "ignored"}, {"service", "payment"}});
  memory->add_samples()->set_value(5e8);
  memory->mutable_samples(0)->set_timestamp(kNow.ns / 1'000'000);
  auto* ended = series({{"__name__", "odd_name"}, {"instance", "c-1:80"}, {"job", "checkout"}});
  ended->add_samples()->set_value(std::bit_cast<double>(std::uint64_t{0x7ff0000000000002}));
  ended->mutable_samples(0)->set_timestamp(kNow.ns / 1'000'000);
  auto* native = series({{"__name__", "rpc_seconds"}, {"instance", "c-1:80"}, {"job", "checkout"}});
  auto& histogram = *native->add_histograms();
  histogram.set_count_int(12);
  histogram.set_sum(3.5);
  histogram.set_schema(3);
  histogram.add_positive_spans()->set_length(2);
  histogram.add_positive_deltas(-1);
  histogram.set_timestamp(kNow.ns / 1'000'000);
  auto& metadata = *request.add_metadata();
  metadata.set_type(prometheus::MetricMetadata::COUNTER);
  metadata.set_metric_family_name("odd_name");
  metadata.set_help("help");
  metadata.set_unit("bytes");
  return request;
}

WriteRequest2 write_2() {
  WriteRequest2 request;
  for (const char* symbol : {"", "__name__", "http_requests_total", "job", "checkout", "instance", "c-1:80", "seconds",
                             "queue", "trace_id", "abc"}) {
    request.add_symbols(symbol);
  }
  auto& counter = *request.add_timeseries();
  for (std::uint32_t reference : {1, 2, 5, 6, 3, 4}) counter.add_labels_refs(reference);
  auto& sample = *counter.add_samples();
  sample.set_value(7);
  sample.set_timestamp(kNow.ns / 1'000'000);
  sample.set_start_timestamp(kNow.ns / 1'000'000 - 3'600'000);
  auto& exemplar = *counter.add_exemplars();
  exemplar.add_labels_refs(9);
  exemplar.add_labels_refs(10);
  counter.mutable_metadata()->set_type(io::prometheus::write::v2::Metadata::METRIC_TYPE_COUNTER);
  auto& gauge = *request.add_timeseries();
  for (std::uint32_t reference : {1, 8, 5, 6, 3, 4}) gauge.add_labels_refs(reference);
  gauge.mutable_metadata()->set_type(io::prometheus::write::v2::Metadata::METRIC_TYPE_GAUGE);
  gauge.mutable_metadata()->set_unit_ref(7);
  for (int i = 0; i < 2; ++i) {
    auto& level = *gauge.add_samples();
    level.set_value(i);
    level.set_timestamp(kNow.ns / 1'000'000 - 1000 + i);
  }
  auto& histogram = *gauge.add_histograms();
  histogram.set_count_float(2.5);
  histogram.set_sum(1.25);
  histogram.set_timestamp(kNow.ns / 1'000'000);
  return request;
}

std::string reversed(const google::protobuf::Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  std::string out;
  for (auto it = fields.rbegin(); it != fields.rend(); ++it) {
    const google::protobuf::FieldDescriptor& field = **it;
    if (field.cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
      const std::unique_ptr<google::protobuf::Message> alone(message.New());
      alone->CopyFrom(message);
      for (const auto* other : fields) {
        if (other != &field) reflection.ClearField(alone.get(), other);
      }
      out += alone->SerializeAsString();
      continue;
    }
    const int count = field.is_repeated() ? reflection.FieldSize(message, &field) : 1;
    for (int i = 0; i < count; ++i) {
      const std::string child = reversed(field.is_repeated() ? reflection.GetRepeatedMessage(message, &field, i)
                                                             : reflection.GetMessage(message, &field));
      const auto varint = [&](std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
        out += static_cast<char>(value);
      };
      varint(static_cast<std::uint64_t>(field.number()) << 3 | 2);
      varint(child.size());
      out += child;
    }
  }
  return out;
}

std::string otlp_json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_enums_as_ints = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return "not written";
  nlohmann::json json = nlohmann::json::parse(text);
  rewrite_ids(json);
  return json.dump();
}

std::string describe(const std::vector<Signals>& all) {
  std::string out;
  for (const Signals& signals : all) {
    const Resource& resource = signals.resource;
    if (!resource.service.empty())
      out += fmt::format("{} {} {} {} scope={} {}\n", resource.service.value, resource.version, resource.instance.value,
                         resource.environment, signals.scope, text_of(resource.attributes));
    for (const Span& span : signals.spans) {
      out += fmt::format("  span {} {} parent {} kind {} {}+{} {}{} \"{}\" {} \"{}\" \"{}\" links", hex(span.trace_id),
                         hex(span.span_id), hex(span.parent_span_id), static_cast<int>(span.kind), span.start.ns,
                         (span.end - span.start).ns, span.name, span.failed ? " failed" : "", span.status_message,
                         text_of(span.attributes), span.exception_type, span.exception_message);
      for (const SpanLink& link : span.links) out += fmt::format(" {}/{}", hex(link.trace_id), hex(link.span_id));
      out += "\n";
    }
    for (const LogRecord& log : signals.logs) {
      out += fmt::format("  log {} severity {} {} {} {} {}\n", log.time.ns, log.severity, log.body,
                         text_of(log.attributes), hex(log.trace_id), hex(log.span_id));
    }
    // Series under nobody's resource say themselves whose they are: shown by owner.
    std::vector<const MetricPoint*> points;
    for (const MetricPoint& point : signals.metrics) points.push_back(&point);
    const auto owner_of = [](const SeriesIdentity& series) { return std::pair(series.service, series.instance); };
    if (resource.service.empty()) {
      std::vector<const MetricPoint*> by_owner;
      for (const MetricPoint* first : points)
        for (const MetricPoint* point : points)
          if (owner_of(*point->series) == owner_of(*first->series) &&
              std::find(by_owner.begin(), by_owner.end(), point) == by_owner.end())
            by_owner.push_back(point);
      points = by_owner;
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
      const MetricPoint& point = *points[i];
      const SeriesIdentity& series = *point.series;
      if (resource.service.empty() && (i == 0 || owner_of(*points[i - 1]->series) != owner_of(series)))
        out += fmt::format("{} {}\n", series.service.empty() ? "unknown_service" : series.service.value,
                           series.instance.value);
      out += fmt::format("  point {} [{}] kind {} temporality {} {} {}..{} {}{}", series.name, series.unit,
                         static_cast<int>(series.kind), static_cast<int>(series.temporality),
                         text_of(series.labels.to_attributes()), point.start.ns, point.time.ns, point.value,
                         point.stale ? " stale" : "");
      if (point.histogram) {
        out += fmt::format(" count {} sum {} bounds [{}] counts [{}]", point.histogram->count, point.histogram->sum,
                           fmt::join(point.histogram->bounds, " "), fmt::join(point.histogram->counts, " "));
      }
      out += "\n";
    }
  }
  return out;
}

std::uint64_t count_items(const std::vector<Signals>& all) {
  std::uint64_t items = 0;
  for (const Signals& signals : all) items += signals.spans.size() + signals.logs.size() + signals.metrics.size();
  return items;
}

}  // namespace nightjar::oracle
