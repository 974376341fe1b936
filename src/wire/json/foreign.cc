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

}  // namespace nightjar::foreign
