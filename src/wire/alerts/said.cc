#include "wire/alerts/said.h"

#include <cmath>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar::said {
namespace {

using Json = nlohmann::json;

constexpr int kDepth = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_placeholder(std::string_view text) {
  if (text.size() < 2) return false;
  if (text.front() == '{' && text.back() == '}') {
    // "{ProblemID}" and "{{ issueId }}", not a JSON object that came as text.
    const auto stays = [](char c) { return lower(c) != c || is_digit(c) || (c >= 'a' && c <= 'z'); };
    return std::all_of(text.begin(), text.end(), [&](char c) {
      return stays(c) || c == '{' || c == '}' || c == '.' || c == '_' || c == ' ' || c == '[' || c == ']';
    });
  }
  if (text.front() == '$')
    return std::all_of(text.begin() + 1, text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
  return text == "*UNKNOWN*";
}

struct UnixUnit {
  double below;  // today's time in this unit is far below, in the next smaller one far above
  std::int64_t ns;
};
constexpr UnixUnit kUnixUnits[] = {{1e11, 1'000'000'000}, {1e14, 1'000'000}, {1e17, 1'000}, {9e18, 1}};

std::optional<Timestamp> unix_time(double value) {
  if (!(value > 0)) return std::nullopt;
  for (const UnixUnit& unit : kUnixUnits) {
    if (value >= unit.below) continue;
    const double whole = std::floor(value);
    return Timestamp{static_cast<std::int64_t>(whole) * unit.ns +
                     static_cast<std::int64_t>((value - whole) * static_cast<double>(unit.ns))};
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<Json> object(std::string_view body, std::string_view what, const AlertLimits& limits) {
  auto whole = parse_json(body, what, {limits.body_bytes, kDepth});
  if (!whole.ok()) return whole.status();
  if (!whole->is_object())
    return invalid_argument("{}: expected a JSON object, found {}; nothing of this body was kept", what,
                            whole->type_name());
  return whole;
}

std::string text(const Json& value, std::size_t limit) {
  if (const auto* said = value.get_ptr<const std::string*>())
    return is_placeholder(trimmed(*said)) ? std::string() : cut(trimmed(*said), limit);
  return value.is_number() || value.is_boolean() ? canonical(value) : std::string();
}

std::string text(const Json& from, std::initializer_list<std::string_view> path, std::size_t limit) {
  return text(foreign::at(from, path), limit);
}

std::optional<Timestamp> time(std::string_view said) {
  said = trimmed(said);
  if (said.empty() || said.size() > 40) return std::nullopt;
  if (const auto exact = parse_rfc3339(said)) return exact;
  std::string spelt(said);
  if (std::all_of(said.begin(), said.end(), is_digit)) return unix_time(std::strtod(spelt.c_str(), nullptr));
  if (said.size() < 19) return std::nullopt;
  const char sign = said[said.size() - 5];
  if ((sign == '+' || sign == '-') && said.size() > 20) {
    spelt.insert(spelt.size() - 2, ":");  // +0000 -> +00:00
  } else {
    spelt += 'Z';
  }
  return parse_rfc3339(spelt);
}

std::optional<Timestamp> time(const Json& from, std::initializer_list<std::string_view> path) {
  const Json& found = foreign::at(from, path);
  if (const auto* said = found.get_ptr<const std::string*>()) return time(*said);
  return found.is_number() ? unix_time(found.get<double>()) : std::nullopt;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
  });
}

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace nightjar::said
