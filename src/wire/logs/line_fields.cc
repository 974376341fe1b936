#include "wire/logs/line_fields.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/json/parse.h"
#include "wire/limits.h"
#include "wire/logs/utf8_repair.h"

namespace nightjar::logs {
namespace {

constexpr std::size_t kNameBytes = 256;
constexpr std::size_t kTextBytes = kLogLineBytes;  // a message or a stack may be long; attributes are cut later

bool is_key_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '.' ||
         c == '-' || c == '/' || c == '@';
}

std::string rendered(const nlohmann::json& value) {
  if (const auto* text = value.get_ptr<const std::string*>()) return cut(*text, kTextBytes);
  return cut(canonical(value), kValueBytes);
}

}  // namespace

std::optional<Fields> json_fields(std::string_view text) {
  auto parsed = parse_json(text, "line", {.body_bytes = 1u << 20, .depth = 32});
  if (!parsed.ok() || !parsed->is_object()) return std::nullopt;
  Fields fields;
  struct Level {
    std::string prefix;
    nlohmann::json::const_iterator at, end;
  };
  std::vector<Level> levels;
  levels.push_back({"", parsed->cbegin(), parsed->cend()});
  while (!levels.empty() && fields.size() < kFieldsPerLine) {
    Level& level = levels.back();
    if (level.at == level.end) {
      levels.pop_back();
      continue;
    }
    std::string name = level.prefix + level.at.key();
    const nlohmann::json& value = *level.at;
    ++level.at;
    if (name.empty() || name.size() > kNameBytes || value.is_null()) continue;
    if (value.is_object() && !value.empty())
      levels.push_back({name + '.', value.cbegin(), value.cend()});  // `level` is no longer valid
    else
      fields.emplace_back(std::move(name), rendered(value));
  }
  return fields;
}

std::optional<Fields> logfmt_fields(std::string_view text) {
  Fields fields;
  std::size_t pairs = 0, i = 0;
  while (i < text.size()) {
    while (i < text.size() && (text[i] == ' ' || text[i] == '\t')) ++i;
    if (i == text.size()) break;
    const std::size_t start = i;
    while (i < text.size() && is_key_char(text[i])) ++i;
    const std::string_view name = text.substr(start, i - start);
    if (name.empty() || name.size() > kNameBytes) return std::nullopt;
    if (i == text.size() || text[i] == ' ') {
      if (pairs == 0) return std::nullopt;
      if (fields.size() < kFieldsPerLine) fields.emplace_back(std::string(name), "true");
      continue;
    }
    if (text[i] != '=') return std::nullopt;
    ++i;
    std::string value;
    if (i < text.size() && text[i] == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
          value += text[i];
          continue;
        }
        const char escaped = text[++i];
        value += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped == 'r' ? '\r' : escaped;
      }
      if (i == text.size()) return std::nullopt;  // the quote is never closed
      ++i;
      if (i < text.size() && text[i] != ' ') return std::nullopt;
    } else {
      const std::size_t end = std::min(text.find_first_of(" \t\"", i), text.size());
      if (end < text.size() && text[end] == '"') return std::nullopt;
      value = std::string(text.substr(i, end - i));
      i = end;
    }
    ++pairs;
    if (fields.size() < kFieldsPerLine) fields.emplace_back(std::string(name), shown(value, kTextBytes));
  }
  if (pairs < 2) return std::nullopt;
  return fields;
}

}  // namespace nightjar::logs
