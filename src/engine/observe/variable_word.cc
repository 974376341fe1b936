#include "engine/observe/variable_word.h"

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

// "v2" in a path is part of its name.
bool is_api_version(std::string_view part) {
  return part.size() <= 3 && part.size() >= 2 && part[0] == 'v' && is_digit(part[1]) && is_digit(part.back());
}

}  // namespace

WordKind kind_of_word(std::string_view word) {
  std::size_t digits = 0, hex = 0;
  bool at = false, dot_after_at = false;
  for (const char c : word) {
    digits += is_digit(c);
    hex += is_hex(c);
    at = at || c == '@';
    dot_after_at = dot_after_at || (at && c == '.');
  }
  if (digits >= 3 && digits * 8 > word.size()) return WordKind::variable;
  if (digits * 3 > word.size()) return WordKind::variable;
  if (word.size() > 1 && word[0] == '/') return WordKind::variable;
  if (word.size() >= 8 && hex == word.size() && digits > 0) return WordKind::variable;
  if (dot_after_at || ends_like_a_host(word)) return WordKind::variable;
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
