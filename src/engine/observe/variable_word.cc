#include "engine/observe/variable_word.h"

#include <array>

#include "base/text.h"
#include "engine/observe/chars.h"

namespace nightjar {
namespace {

bool ends_like_a_host(std::string_view word) {
  constexpr std::string_view kEndings[] = {".com", ".net", ".org", ".edu", ".gov", ".local", ".internal"};
  for (const std::string_view ending : kEndings)
    if (word.size() > ending.size() && word.substr(word.size() - ending.size()) == ending) return true;
  return false;
}

bool is_mail_address(std::string_view word) {
  const std::size_t at = word.find('@');
  return at != word.npos && word.find('.', at) != word.npos;
}

// Digits, hex digits and dots, 20 bits each.
constexpr std::array<std::uint64_t, 256> kCharCounts = [] {
  std::array<std::uint64_t, 256> counts{};
  for (int c = 0; c < 128; ++c) {
    const char here = static_cast<char>(c);
    counts[static_cast<std::size_t>(c)] =
        std::uint64_t{is_digit(here)} | std::uint64_t{is_hex(here)} << 20 | std::uint64_t{here == '.'} << 40;
  }
  return counts;
}();

// "v2" in a path is part of its name.
bool is_api_version(std::string_view part) {
  return part.size() <= 3 && part.size() >= 2 && part[0] == 'v' && is_digit(part[1]) && is_digit(part.back());
}

}  // namespace

WordKind kind_of_word(std::string_view word) {
  // Three counts in one sum: every word of every line comes here.
  std::uint64_t sum = 0;
  for (const char c : word) sum += kCharCounts[static_cast<unsigned char>(c)];
  const std::size_t digits = sum & 0xFFFFF, hex = sum >> 20 & 0xFFFFF, dots = sum >> 40;
  if (digits >= 3 && digits * 8 > word.size()) return WordKind::variable;
  if (digits * 3 > word.size()) return WordKind::variable;
  if (word.size() > 1 && word[0] == '/') return WordKind::variable;
  if (digits > 0 && word.size() >= 8 && hex == word.size()) return WordKind::variable;
  if (dots > 0 && (is_mail_address(word) || ends_like_a_host(word))) return WordKind::variable;
  return digits > 0 ? WordKind::soft : WordKind::constant;
}

std::string mask_name(std::string_view name, std::size_t limit) {
  std::string masked;
  const std::size_t end = std::min(name.find('?'), name.size());
  for (std::size_t i = 0; i < end && masked.size() <= limit;) {
    std::size_t stop = i;
    while (stop < end && name[stop] != '/' && name[stop] != ' ' && name[stop] != ',' && name[stop] != ':') ++stop;
    const std::string_view part = name.substr(i, stop - i);
    if (kind_of_word(part) == WordKind::variable && !is_api_version(part))
      masked += "{id}";
    else
      masked += part;
    if (stop < end) masked += name[stop];
    i = stop + 1;
  }
  return cut(masked, limit);
}

}  // namespace nightjar
