// wire/otlp/schema.h
// The part of OTLP that is read, as one table: field numbers, JSON names, types, and what each field means to the
// door's judgement. The judge walks protobuf bodies by it and the JSON reader rewrites JSON as protobuf by it, so a
// field added here is known to both. What the table does not name is skipped, never an error. Used inside wire/otlp
// only. Constant data. Source: opentelemetry-proto 1.x (trace, metrics, logs, common, resource, collector).
#pragma once

#include <cstdint>
#include <string_view>

#include "model/signals.h"

namespace nightjar::otlp {

enum class MessageKind : std::uint8_t {
  traces_request,
  resource_spans,
  scope_spans,
  span,
  span_event,
  span_link,
  span_status,
  metrics_request,
  resource_metrics,
  scope_metrics,
  metric,
  gauge,
  sum,
  histogram,
  exponential_histogram,
  summary,
  number_point,
  histogram_point,
  exponential_point,
  buckets,
  summary_point,
  logs_request,
  resource_logs,
  scope_logs,
  log_record,
  resource,
  scope,
  key_value,
  any_value,
  array_value,
  key_value_list,
};
constexpr int kMessageKinds = static_cast<int>(MessageKind::key_value_list) + 1;
// For messages to people: "span", "data point", "resource".
std::string_view word(MessageKind kind);

enum class FieldType : std::uint8_t {
  message,
  text,     // UTF-8
  id,       // bytes; hex in JSON, unlike all other bytes
  bytes,    // base64 in JSON
  integer,  // varint: enum, bool, uint32, int32, int64; negative values as two's complement
  boolean,  // varint; true and false in JSON
  zigzag,   // varint: sint32
  fixed32,
  fixed64,  // also sfixed64
  real,     // double
};

// What the judge looks for.
enum class Role : std::uint8_t {
  plain,
  item,         // one of what is counted
  attribute,    // counted against attributes_per_item
  link,         // the same, separately
  key,          // name_bytes
  metric_name,  // name_bytes, and must be there
  time,         // against the wall clock
  trace_id,
  span_id,
  buckets,  // every value counted against Limits::buckets
};

struct Field {
  std::uint8_t number = 0;  // <= 16
  FieldType type = FieldType::message;
  Role role = Role::plain;
  bool repeated = false;
  MessageKind child = MessageKind::any_value;  // of a message
  std::string_view json_name;
};

// nullptr: not read.
const Field* find_field(MessageKind kind, std::uint32_t number);
const Field* find_field(MessageKind kind, std::string_view json_name);

// The outermost message of a body.
MessageKind request_kind(Encoding encoding);

}  // namespace nightjar::otlp
