#include "wire/json/foreign.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace nightjar::foreign {
namespace {

const nlohmann::json kNothing;

}  // namespace

const nlohmann::json& at(const nlohmann::json& from, std::initializer_list<std::string_view> path) {
  const nlohmann::json* here = &from;
  for (std::string_view step : path) {
    if (!here->is_object()) return kNothing;
    const auto found = here->find(step);
    if (found == here->end()) return kNothing;
    here = &*found;
  }
  return *here;
}

std::string text(const nlohmann::json& from, std::initializer_list<std::string_view> path, std::size_t limit) {
  const auto* found = at(from, path).get_ptr<const std::string*>();
  return found ? cut(*found, limit) : std::string();
}

std::string number_text(const nlohmann::json& from, std::initializer_list<std::string_view> path) {
  const nlohmann::json& found = at(from, path);
  if (found.is_number_unsigned()) return std::to_string(found.get<std::uint64_t>());
  return found.is_number_integer() ? std::to_string(found.get<std::int64_t>()) : std::string();
}

std::optional<Timestamp> time(const nlohmann::json& from, std::initializer_list<std::string_view> path) {
  const nlohmann::json& found = at(from, path);
  if (const auto* text = found.get_ptr<const std::string*>()) return parse_rfc3339(*text);
  if (found.is_number_unsigned() && found.get<std::uint64_t>() < 9'000'000'000)
    return Timestamp{found.get<std::int64_t>() * 1'000'000'000};
  return std::nullopt;
}

std::optional<Timestamp> loose_time(const nlohmann::json& from, std::initializer_list<std::string_view> path) {
  const nlohmann::json& found = at(from, path);
  const auto* text = found.get_ptr<const std::string*>();
  if (!text) return time(from, path);
  if (text->size() < 19 || text->size() > 40) return std::nullopt;
  std::size_t zone = 19;  // behind the seconds and their fraction
  if (zone < text->size() && (*text)[zone] == '.')
    for (++zone; zone < text->size() && (*text)[zone] >= '0' && (*text)[zone] <= '9';) ++zone;
  std::string exact = text->substr(0, zone), offset = text->substr(zone);
  std::erase(offset, ' ');
  if (offset.empty() || offset == "UTC") offset = "Z";
  if (offset.size() == 5 && offset.find(':') == std::string::npos) offset.insert(3, ":");
  return parse_rfc3339(exact + offset);
}

std::optional<Timestamp> time_ms(const nlohmann::json& from, std::initializer_list<std::string_view> path) {
  const nlohmann::json& found = at(from, path);
  // From 2001 on: less is seconds that somebody took for milliseconds.
  if (!found.is_number_unsigned() || found.get<std::uint64_t>() < 1'000'000'000'000 ||
      found.get<std::uint64_t>() > 9'000'000'000'000)
    return std::nullopt;
  return Timestamp{found.get<std::int64_t>() * 1'000'000};
}

bool flag(const nlohmann::json& from, std::initializer_list<std::string_view> path) {
  const nlohmann::json& found = at(from, path);
  return found.is_boolean() && found.get<bool>();
}

}  // namespace nightjar::foreign
