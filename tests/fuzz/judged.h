// The property of every telemetry door: what judge() accepts, decode() accepts, with as many items.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "wire/decode.h"

namespace nightjar {

inline void check_attributes(const Attributes& attributes) {
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    CHECK(is_utf8(attributes[i].first) && is_utf8(attributes[i].second));
    CHECK(i == 0 || attributes[i - 1].first < attributes[i].first);
    CHECK(attributes[i].second.size() <= kValueBytes + 3);
  }
}

// Items, and the promises of model/signals.h: texts are UTF-8 and bounded, attributes sorted, buckets fit their bounds.
inline std::uint64_t count_and_check(const std::vector<Signals>& all, bool summaries_are_pairs) {
  std::uint64_t items = 0;
  for (const Signals& signals : all) {
    CHECK(!signals.spans.empty() || !signals.logs.empty() || !signals.metrics.empty());
    CHECK(is_utf8(signals.scope) && is_utf8(signals.resource.service.value));
    CHECK(!signals.resource.service.empty() || (signals.spans.empty() && signals.logs.empty()));
    check_attributes(signals.resource.attributes);
    items += signals.spans.size() + signals.logs.size();
    for (const Span& span : signals.spans) {
      CHECK(is_utf8(span.name) && is_utf8(span.status_message) && is_utf8(span.exception_type));
      CHECK(span.trace_id != TraceIdBytes{} && span.span_id != SpanIdBytes{});
      check_attributes(span.attributes);
    }
    for (const LogRecord& log : signals.logs) {
      CHECK(is_utf8(log.body) && log.body.size() <= kLogLineBytes + 3);
      check_attributes(log.attributes);
    }
    for (const MetricPoint& point : signals.metrics) {
      CHECK(point.series != nullptr && point.id == point.series->id);
      CHECK(is_utf8(point.series->name) && is_utf8(point.series->unit) && !point.series->name.empty());
      check_attributes(point.series->labels.to_attributes());
      if (point.histogram) CHECK(point.histogram->counts.size() == point.histogram->bounds.size() + 1);
    }
    if (!summaries_are_pairs) items += signals.metrics.size();
  }
  return items;
}

inline void judge_then_decode(Encoding encoding, std::string_view body) {
  Limits limits;  // small enough that inputs of a few kilobytes reach them
  limits.items = 64;
  limits.series = 16;
  limits.attributes = 256;
  limits.attributes_per_item = 8;
  limits.labels_per_item = 8;
  limits.buckets = 128;
  limits.symbols = 64;
  limits.copied_bytes = 16 << 10;
  limits.name_bytes = 24;
  limits.depth = 6;
  const Timestamp now{1'795'560'600'000'000'000};
  const auto verdict = judge(encoding, body, limits, now);
  if (!verdict.ok()) {
    CHECK(verdict.status().code() == absl::StatusCode::kInvalidArgument ||
          verdict.status().code() == absl::StatusCode::kResourceExhausted);
    CHECK(is_utf8(message_of(verdict.status())));
    return;
  }
  CHECK(std::is_sorted(verdict->rejected.begin(), verdict->rejected.end()));
  CHECK(verdict->rejected.empty() == verdict->first_reason.empty());
  CHECK(is_utf8(verdict->first_reason));
  const auto signals = decode(encoding, body, *verdict);
  CHECK(signals.ok());
  const bool metrics = encoding == Encoding::otlp_metrics_protobuf || encoding == Encoding::otlp_metrics_json;
  const std::uint64_t items = count_and_check(*signals, metrics);
  // Lines of one histogram become one point.
  if (encoding == Encoding::exposition_text || encoding == Encoding::openmetrics_text) {
    CHECK(items <= verdict->accepted);
    return;
  }
  // Lines that belong together are one record.
  const bool joined =
      encoding == Encoding::loki_protobuf || encoding == Encoding::loki_json || encoding == Encoding::log_lines;
  if (joined) {
    CHECK(items <= verdict->accepted && (items > 0) == (verdict->accepted > 0));
  } else {
    CHECK(metrics || items == verdict->accepted);
  }
}

}  // namespace nightjar
