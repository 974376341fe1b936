#include "wire/loki/label_text.h"

#include "wire/logs/text_parts.h"

namespace nightjar::loki {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

void put_code_point(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x110000) {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// The number of `digits` hex digits at `at`; -1: they are not there.
std::int64_t hex_at(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  std::int64_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const int digit = logs::hex_digit(text[at + i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

}  // namespace

LabelReader::LabelReader(std::string_view text) : rest_(text) {
  skip_space();
  if (!rest_.starts_with('{'))
    stop(LabelFault::no_braces);
  else
    rest_.remove_prefix(1);
}

void LabelReader::skip_space() {
  while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
}

bool LabelReader::stop(LabelFault fault) {
  fault_ = fault;
  done_ = true;
  return false;
}

bool LabelReader::next(LabelPair& pair) {
  if (done_) return false;
  skip_space();
  if (!first_ && rest_.starts_with(',')) {
    rest_.remove_prefix(1);
    skip_space();
  } else if (!first_ && !rest_.starts_with('}')) {
    return stop(LabelFault::not_closed);
  }
  first_ = false;
  if (rest_.starts_with('}')) {
    rest_.remove_prefix(1);
    skip_space();
    return stop(rest_.empty() ? LabelFault::none : LabelFault::text_behind);
  }
  std::size_t end = 0;
  while (end < rest_.size() && rest_[end] != '=' && rest_[end] != '"' && rest_[end] != '{' && rest_[end] != '}' &&
         rest_[end] != ',' && !is_space(rest_[end]))
    ++end;
  pair.name = rest_.substr(0, end);
  if (pair.name.empty()) return stop(LabelFault::no_name);
  rest_.remove_prefix(end);
  skip_space();
  if (!rest_.starts_with('=')) return stop(LabelFault::no_value);
  rest_.remove_prefix(1);
  skip_space();
  if (rest_.empty() || (rest_[0] != '"' && rest_[0] != '`')) return stop(LabelFault::no_value);
  const char quote = rest_[0];
  std::size_t i = 1;
  while (i < rest_.size() && rest_[i] != quote) i += quote == '"' && rest_[i] == '\\' ? 2 : 1;
  if (i >= rest_.size()) return stop(LabelFault::not_closed);
  pair.quoted = rest_.substr(0, i + 1);
  rest_.remove_prefix(i + 1);
  return true;
}

std::string unquoted(std::string_view quoted) {
  if (quoted.size() < 2) return {};
  const bool raw = quoted.front() == '`';
  quoted = quoted.substr(1, quoted.size() - 2);
  if (raw) return std::string(quoted);
  std::string out;
  out.reserve(quoted.size());
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] != '\\' || i + 1 == quoted.size()) {
      out += quoted[i];
      continue;
    }
    const char c = quoted[++i];
    const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits > 0) {
      const std::int64_t code = hex_at(quoted, i + 1, digits);
      if (code < 0) {
        out += '\\';
        out += c;
        continue;
      }
      if (c == 'x')
        out += static_cast<char>(code);
      else
        put_code_point(out, static_cast<std::uint32_t>(code));
      i += digits;
      continue;
    }
    switch (c) {
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case 'r':
        out += '\r';
        break;
      case 'a':
        out += '\a';
        break;
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'v':
        out += '\v';
        break;
      case '"':
      case '\\':
      case '\'':
        out += c;
        break;
      default:
        out += '\\';
        out += c;
    }
  }
  return out;
}

}  // namespace nightjar::loki
