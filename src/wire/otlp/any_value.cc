#include "wire/otlp/any_value.h"

#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "wire/protobuf.h"

namespace nightjar::otlp {
namespace {

using protobuf::Reader;

enum class ValueKind : std::uint8_t { absent, text, boolean, integer, real, array, map, bytes };
struct Value {
  ValueKind kind = ValueKind::absent;
  std::string_view view;  // of text, array, map, bytes
  std::int64_t integer = 0;
  double real = 0;
};

// The last of several wins, as for any oneof.
Value read_value(std::string_view any_value) {
  Value value;
  Reader reader = protobuf::reader_of(any_value);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::bytes(1):
        value = {.kind = ValueKind::text, .view = protobuf::view(reader)};
        break;
      case protobuf::varint(2):
        value = {.kind = ValueKind::boolean, .integer = protobuf::flag(reader)};
        break;
      case protobuf::varint(3):
        value = {.kind = ValueKind::integer, .integer = reader.get_int64()};
        break;
      case protobuf::fixed64(4):
        value = {.kind = ValueKind::real, .real = reader.get_double()};
        break;
      case protobuf::bytes(5):
        value = {.kind = ValueKind::array, .view = protobuf::view(reader)};
        break;
      case protobuf::bytes(6):
        value = {.kind = ValueKind::map, .view = protobuf::view(reader)};
        break;
      case protobuf::bytes(7):
        value = {.kind = ValueKind::bytes, .view = protobuf::view(reader)};
        break;
      default:
        reader.skip();
    }
  }
  return value;
}

void append_base64(std::string& out, std::string_view bytes) {
  static constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t k) -> unsigned {
      return k < bytes.size() ? static_cast<unsigned char>(bytes[k]) : 0;
    };
    const unsigned group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    out += kLetters[group >> 18];
    out += kLetters[group >> 12 & 63];
    out += i + 1 < bytes.size() ? kLetters[group >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? kLetters[group & 63] : '=';
  }
}

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

// JSON has no word for these numbers; protobuf's own JSON quotes them.
std::string real_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return fmt::format("{}", value);
}

// `limit`: more of a long text is not looked at, because it will be cut.
void append_scalar(std::string& out, const Value& value, bool as_json, std::size_t limit) {
  switch (value.kind) {
    case ValueKind::absent:
      out += as_json ? "null" : "";
      break;
    case ValueKind::text: {
      const std::string_view text = value.view.substr(0, limit + 4);
      if (as_json)
        append_json_text(out, text);
      else
        out += text;
      break;
    }
    case ValueKind::boolean:
      out += value.integer != 0 ? "true" : "false";
      break;
    case ValueKind::integer:
      out += fmt::format("{}", value.integer);
      break;
    case ValueKind::real:
      if (as_json && !std::isfinite(value.real))
        append_json_text(out, real_text(value.real));
      else
        out += real_text(value.real);
      break;
    case ValueKind::bytes:
      if (as_json) out += '"';
      append_base64(out, value.view.substr(0, limit + 4));
      if (as_json) out += '"';
      break;
    case ValueKind::array:
    case ValueKind::map:
      break;
  }
}

bool is_container(const Value& value) { return value.kind == ValueKind::array || value.kind == ValueKind::map; }

// An array or a map. Stops when `limit` is passed: the caller cuts, so brackets left open do not matter.
void append_container(std::string& out, const Value& root, std::size_t limit) {
  struct Open {
    Reader rest;
    bool is_map;
    bool first = true;
  };
  std::vector<Open> open;
  const auto enter = [&](const Value& value) {
    open.push_back({.rest = protobuf::reader_of(value.view), .is_map = value.kind == ValueKind::map});
    out += open.back().is_map ? '{' : '[';
  };
  enter(root);
  while (!open.empty() && out.size() <= limit) {
    Open& top = open.back();
    if (!top.rest.next()) {
      out += top.is_map ? '}' : ']';
      open.pop_back();
      continue;
    }
    if (top.rest.tag_and_type() != protobuf::bytes(1)) {
      top.rest.skip();
      continue;
    }
    std::string_view element = protobuf::view(top.rest);
    if (!top.first) out += ',';
    top.first = false;
    if (top.is_map) {
      const KeyValue pair = read_key_value(element);
      append_json_text(out, pair.key.substr(0, limit + 4));
      out += ':';
      element = pair.value;
    }
    const Value value = read_value(element);
    if (is_container(value))
      enter(value);
    else
      append_scalar(out, value, true, limit);
  }
}

}  // namespace

KeyValue read_key_value(std::string_view key_value) {
  KeyValue pair;
  Reader reader = protobuf::reader_of(key_value);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::bytes(1):
        pair.key = protobuf::view(reader);
        break;
      case protobuf::bytes(2):
        pair.value = protobuf::view(reader);
        break;
      default:
        reader.skip();
    }
  }
  return pair;
}

std::string value_text(std::string_view any_value, std::size_t limit) {
  const Value value = read_value(any_value);
  std::string out;
  if (is_container(value))
    append_container(out, value, limit);
  else
    append_scalar(out, value, false, limit);
  return out.size() > limit ? cut(out, limit) : out;
}

}  // namespace nightjar::otlp
