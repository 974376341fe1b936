// wire/logs/text_parts.h
// Small questions about text that the readers of lines share. Header only; pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace nightjar::logs {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Without blanks, line ends and other control characters around it.
constexpr std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= 32) text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= 32) text.remove_suffix(1);
  return text;
}

constexpr int hex_digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

// A trace or span id in hex digits; anything else leaves `id` as it was.
template <class Id>
void read_hex_id(std::string_view text, Id& id) {
  if (text.size() != 2 * id.size()) return;
  Id read{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) return;
    read[i / 2] = static_cast<unsigned char>(read[i / 2] * 16 + digit);
  }
  id = read;
}

}  // namespace nightjar::logs
