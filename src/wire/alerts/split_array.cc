#include "wire/alerts/split_array.h"

namespace nightjar {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<std::vector<std::string_view>> split_array(std::string_view text, int depth) {
  text = trimmed(text);
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::vector<std::string_view> items;
  if (trimmed(text).empty()) return items;
  int open = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i)
        if (text[i] == '\\') ++i;
      if (i >= text.size()) return std::nullopt;
    } else if (c == '[' || c == '{') {
      if (++open > depth) return std::nullopt;
    } else if (c == ']' || c == '}') {
      if (--open < 0) return std::nullopt;
    } else if (c == ',' && open == 0) {
      items.push_back(trimmed(text.substr(start, i - start)));
      start = i + 1;
    }
  }
  if (open != 0) return std::nullopt;
  items.push_back(trimmed(text.substr(start)));
  return items;
}

}  // namespace nightjar
