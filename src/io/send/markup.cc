#include "io/send/markup.h"

#include "base/text.h"

namespace nightjar {
namespace {

// U+202A..202E and U+2066..2069 turn the reading direction: "exe.gpj" reads as something else.
bool is_direction_mark(std::string_view text, std::size_t i) {
  if (text.substr(i, 2) != "\xE2\x80" && text.substr(i, 2) != "\xE2\x81") return false;
  if (i + 2 >= text.size()) return false;
  const auto last = static_cast<unsigned char>(text[i + 2]);
  return text[i + 1] == '\x80' ? last >= 0xAA && last <= 0xAE : last >= 0xA6 && last <= 0xA9;
}

std::string made_plain(std::string_view text, std::size_t limit, bool keep_lines) {
  std::string valid;
  if (!is_utf8(text)) {
    for (const char c : text) valid += static_cast<unsigned char>(c) < 0x80 ? c : '?';
    text = valid;
  }
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (is_direction_mark(text, i)) {
      i += 2;
    } else if (c == '\n' || c == '\t') {
      plain += keep_lines ? text[i] : ' ';
    } else if (c >= 0x20 && c != 0x7F) {
      plain += text[i];
    }
  }
  return cut(plain, limit);
}

}  // namespace

std::string plain_line(std::string_view text, std::size_t limit) { return made_plain(text, limit, false); }
std::string plain_text(std::string_view text, std::size_t limit) { return made_plain(text, limit, true); }

std::string base64(std::string_view bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t k) -> unsigned {
      return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U;
    };
    const unsigned group = at(0) << 16 | at(1) << 8 | at(2);
    text += kAlphabet[group >> 18 & 63];
    text += kAlphabet[group >> 12 & 63];
    text += i + 1 < bytes.size() ? kAlphabet[group >> 6 & 63] : '=';
    text += i + 2 < bytes.size() ? kAlphabet[group & 63] : '=';
  }
  return text;
}

std::string slack_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string html_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : slack_escaped(text)) {
    if (c == '"') {
      escaped += "&quot;";
    } else if (c == '\'') {
      escaped += "&#39;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string markdown_escaped(std::string_view text) {
  static constexpr std::string_view kMarkup = "\\`*_[]<>|~&$";
  static constexpr std::string_view kAtLineStart = "#+-=";
  static constexpr std::string_view kNothing = "\xE2\x81\xA0";  // U+2060, no width: ends a mention before it begins
  std::string escaped;
  bool line_start = true, number = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool begins_list = number && (c == '.' || c == ')');
    if (kMarkup.find(c) != std::string_view::npos || begins_list ||
        (line_start && kAtLineStart.find(c) != std::string_view::npos)) {
      escaped += '\\';
    }
    escaped += c;
    const bool begins_link = (c == ':' && text.substr(i, 3) == "://") || (c == 'w' && text.substr(i, 2) == "w.");
    if (c == '@' || c == '#' || begins_link) escaped += kNothing;
    number = (line_start || number) && c >= '0' && c <= '9';
    line_start = c == '\n' || (line_start && (c == ' ' || c == '\t'));
  }
  return escaped;
}

std::string mail_header(std::string_view text) {
  const std::string line = plain_line(text, 400);
  bool ascii = line.find("=?") == std::string::npos;
  for (const char c : line) ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  if (ascii) return line;
  // Encoded words hold at most 75 characters and whole code points.
  std::string header;
  for (std::size_t from = 0; from < line.size();) {
    std::size_t to = std::min(from + 42, line.size());
    while (to < line.size() && (static_cast<unsigned char>(line[to]) & 0xC0U) == 0x80U) --to;
    if (!header.empty()) header += "\r\n ";
    header += "=?UTF-8?B?" + base64(std::string_view(line).substr(from, to - from)) + "?=";
    from = to;
  }
  return header;
}

std::string safe_url(std::string_view url) {
  if (url.rfind("https://", 0) != 0 && url.rfind("http://", 0) != 0) return {};
  if (url.size() > 2000) return {};
  for (const char c : url) {
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F) return {};
    if (std::string_view("<>\"'`()[]{}|\\^").find(c) != std::string_view::npos) return {};
  }
  return std::string(url);
}

}  // namespace nightjar
