#include "wire/otlp/json_scalar.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace nightjar::otlp {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

template <class Number>
bool parse_whole(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::optional<JsonNumber> parse_number(std::string_view text) {
  if (text == "NaN") return JsonNumber{.is_real = true, .real = std::numeric_limits<double>::quiet_NaN()};
  if (text == "Infinity") return JsonNumber{.is_real = true, .real = std::numeric_limits<double>::infinity()};
  if (text == "-Infinity") return JsonNumber{.is_real = true, .real = -std::numeric_limits<double>::infinity()};
  JsonNumber number;
  if (parse_whole(text, number.integer)) {
    number.is_unsigned = true;
    return number;
  }
  std::int64_t negative = 0;
  if (parse_whole(text, negative)) {
    number.integer = static_cast<std::uint64_t>(negative);
    return number;
  }
  // from_chars also knows "inf" and "nan", which JSON does not.
  if (text.empty() || (text[0] != '-' && hex_digit(text[0]) < 0) || text.find_first_of("nN") != text.npos) return {};
  if (!parse_whole(text, number.real)) return {};
  number.is_real = true;
  return number;
}

double as_real(const JsonNumber& number) {
  if (number.is_real) return number.real;
  if (number.is_unsigned) return static_cast<double>(number.integer);
  return static_cast<double>(static_cast<std::int64_t>(number.integer));
}

std::optional<std::uint64_t> as_integer(const JsonNumber& number) {
  if (!number.is_real) return number.integer;
  if (!(number.real >= -0x1p63 && number.real < 0x1p64) || number.real != std::floor(number.real)) return {};
  if (number.real < 0) return static_cast<std::uint64_t>(static_cast<std::int64_t>(number.real));
  return static_cast<std::uint64_t>(number.real);
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return {};
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return {};
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

std::optional<std::string> from_base64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  unsigned group = 0;
  int bits = 0;
  for (char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) return {};
    group = (group << 6 | static_cast<unsigned>(digit)) & 0xFFFF;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 0xFF);
  }
  return bytes;
}

}  // namespace nightjar::otlp
