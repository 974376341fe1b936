// model/signals.h
// Telemetry as decoded: one Resource and InstrumentationScope with many Spans, LogRecords or MetricPoints. Plain
// values, made by wire/, read by engine/observe. Text is untrusted: bounded and valid UTF-8 by the door's counting
// pass, never more than text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "model/attributes.h"
#include "model/ids.h"
#include "model/series.h"

namespace nightjar {

struct Resource {
  ServiceName service;      // from service.namespace and service.name; "unknown_service" when the sender gave none
  std::string version;      // service.version
  InstanceName instance;    // service.instance.id, else host.name or k8s.pod.name
  std::string environment;  // deployment.environment.name (or the old deployment.environment)
  Attributes attributes;    // everything, including the above
};

using TraceIdBytes = std::array<unsigned char, 16>;
using SpanIdBytes = std::array<unsigned char, 8>;  // all zero: absent

enum class SpanKind : std::uint8_t { unspecified, internal, server, client, producer, consumer };

struct SpanLink {
  TraceIdBytes trace_id{};
  SpanIdBytes span_id{};
};

struct Span {
  TraceIdBytes trace_id{};
  SpanIdBytes span_id{}, parent_span_id{};
  std::string name;
  SpanKind kind = SpanKind::unspecified;
  Timestamp start, end;
  Attributes attributes;
  bool failed = false;  // status ERROR
  std::string status_message;
  std::string exception_type;  // of the last exception event; "" none
  std::string exception_message;
  std::vector<SpanLink> links;
};

struct LogRecord {
  Timestamp time;    // time_unix_nano, else observed time
  int severity = 0;  // OpenTelemetry severity number, 0 unknown; 17 and up: ERROR
  std::string body;
  Attributes attributes;
  TraceIdBytes trace_id{};
  SpanIdBytes span_id{};
};

struct HistogramPoint {
  std::uint64_t count = 0;
  double sum = 0;
  std::vector<double> bounds;         // explicit upper bounds, ascending
  std::vector<std::uint64_t> counts;  // bounds.size() + 1
};

struct MetricPoint {
  const SeriesIdentity* series = nullptr;  // never null; lives as long as the Signals or the catalogue it came from
  SeriesId id;                             // of the series: so that most of the way it need not be looked at
  Timestamp start;                         // of the accumulation; 0 unknown
  Timestamp time;
  double value = 0;  // gauge, counter
  std::shared_ptr<const HistogramPoint> histogram;
  bool stale = false;  // Prometheus stale marker: the series has ended
};

// What one Resource+Scope of one request brought. A request decodes into a vector of these. Metric points say
// themselves whose they are: those of remote write come together, under an empty Resource.
struct Signals {
  Resource resource;
  std::string scope;
  std::vector<Span> spans;
  std::vector<LogRecord> logs;
  std::vector<MetricPoint> metrics;
  std::vector<SeriesPtr> series;  // of `metrics`, where no SeriesCatalogue keeps them
};

// How a raw body is to be decoded; stored with it in the journal.
enum class Encoding : std::uint8_t {
  otlp_traces_protobuf,
  otlp_metrics_protobuf,
  otlp_logs_protobuf,
  otlp_traces_json,
  otlp_metrics_json,
  otlp_logs_json,
  remote_write_1,
  remote_write_2,
  loki_protobuf,
  loki_json,
  log_lines,        // what syslog senders and tailed files bring: wire/logs/line_batch.h
  exposition_text,  // of a scraped target, Prometheus' own format
  openmetrics_text
};

// One layer around a body. snappy_block: the block format, never the framed one.
enum class Compression : std::uint8_t { none, gzip, zstd, snappy_block };

// Result of the door's counting pass, journalled with the body: the decoder leaves out the rejected items and never
// judges again, so that later limits do not change the past. Items are counted in body order (spans, log records, data
// points; for remote write samples and native histograms).
struct Verdict {
  std::uint64_t accepted = 0;
  std::vector<std::uint32_t> rejected;  // item indexes, ascending
  std::string first_reason;             // of the first rejected item, for the sender
};

}  // namespace nightjar
