// wire/otlp/any_value.h
// OpenTelemetry's AnyValue as text. Used by the decoders of wire/otlp on messages the judge has accepted; throws
// protozero::exception on others. No recursion: nesting lives on a stack, which the judge bounds at Limits::depth.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nightjar::otlp {

// Strings as they are, booleans "true"/"false", numbers in their shortest form, bytes as base64, arrays and maps as
// JSON text, absent values "". More than `limit` bytes are cut and marked (base/text.h, cut).
std::string value_text(std::string_view any_value, std::size_t limit);

struct KeyValue {
  std::string_view key, value;  // value: an AnyValue message
};
KeyValue read_key_value(std::string_view key_value);

}  // namespace nightjar::otlp
