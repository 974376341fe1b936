#include "base/text.h"
#include "wire/item_filter.h"
#include "wire/limits.h"
#include "wire/otlp/any_value.h"
#include "wire/otlp/attributes.h"
#include "wire/otlp/decoders.h"
#include "wire/otlp/resource.h"

namespace nightjar::otlp {
namespace {

using protobuf::Reader;

constexpr std::uint64_t kStatusError = 2;

SpanKind span_kind(std::uint64_t number) {
  return number <= static_cast<std::uint64_t>(SpanKind::consumer) ? static_cast<SpanKind>(number)
                                                                  : SpanKind::unspecified;
}

void read_link(std::string_view message, Span& span) {
  SpanLink link;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::bytes(1):
        link.trace_id = read_id<16>(protobuf::view(reader));
        break;
      case protobuf::bytes(2):
        link.span_id = read_id<8>(protobuf::view(reader));
        break;
      default:
        reader.skip();
    }
  }
  span.links.push_back(link);
}

void read_status(std::string_view message, Span& span) {
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::bytes(2):
        span.status_message = cut(protobuf::view(reader), kValueBytes);
        break;
      case protobuf::varint(3):
        span.failed = reader.get_uint64() == kStatusError;
        break;
      default:
        reader.skip();
    }
  }
}

// Events are kept only when they tell of an exception; the last one is what made the span fail.
void read_event(std::string_view message, Span& span) {
  std::string_view name, type, text;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::bytes(2):
        name = protobuf::view(reader);
        break;
      case protobuf::bytes(3): {
        const KeyValue pair = read_key_value(protobuf::view(reader));
        if (pair.key == "exception.type") type = pair.value;
        if (pair.key == "exception.message") text = pair.value;
        break;
      }
      default:
        reader.skip();
    }
  }
  if (name != "exception") return;
  span.exception_type = value_text(type, kValueBytes);
  span.exception_message = value_text(text, kValueBytes);
}

Span read_span(std::string_view message) {
  Span span;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::bytes(1):
        span.trace_id = read_id<16>(protobuf::view(reader));
        break;
      case protobuf::bytes(2):
        span.span_id = read_id<8>(protobuf::view(reader));
        break;
      case protobuf::bytes(4):
        span.parent_span_id = read_id<8>(protobuf::view(reader));
        break;
      case protobuf::bytes(5):
        span.name = cut(protobuf::view(reader), kValueBytes);
        break;
      case protobuf::varint(6):
        span.kind = span_kind(reader.get_uint64());
        break;
      case protobuf::fixed64(7):
        span.start = read_time(reader.get_fixed64());
        break;
      case protobuf::fixed64(8):
        span.end = read_time(reader.get_fixed64());
        break;
      case protobuf::bytes(9):
        add_attribute(span.attributes, protobuf::view(reader));
        break;
      case protobuf::bytes(11):
        read_event(protobuf::view(reader), span);
        break;
      case protobuf::bytes(13):
        read_link(protobuf::view(reader), span);
        break;
      case protobuf::bytes(15):
        read_status(protobuf::view(reader), span);
        break;
      default:
        reader.skip();
    }
  }
  finish_attributes(span.attributes);
  return span;
}

}  // namespace

std::vector<Signals> decode_traces(std::string_view body, const Verdict& verdict) {
  ItemFilter filter(verdict);
  return decode_resources(body, [&](std::string_view message, Signals& signals) {
    if (filter.keep_next()) signals.spans.push_back(read_span(message));
  });
}

}  // namespace nightjar::otlp
