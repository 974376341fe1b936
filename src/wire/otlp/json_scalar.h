// wire/otlp/json_scalar.h
// Numbers, hex and base64 as OTLP/JSON writes them. Used by wire/otlp/json.cc. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nightjar::otlp {

// As it was written: a whole number in two's complement, or anything else as a double.
struct JsonNumber {
  std::uint64_t integer = 0;
  bool is_unsigned = false;  // `integer` is not negative, whatever its top bit
  bool is_real = false;
  double real = 0;
};

// "17", "-3", "0.5", "NaN", "Infinity", "-Infinity": 64-bit integers and special doubles come as strings.
std::optional<JsonNumber> parse_number(std::string_view text);
double as_real(const JsonNumber& number);
// nullopt: it has a fraction, or does not fit into 64 bits. 3.0 is whole.
std::optional<std::uint64_t> as_integer(const JsonNumber& number);

std::optional<std::string> from_hex(std::string_view text);
// Both alphabets, padded or not.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace nightjar::otlp
