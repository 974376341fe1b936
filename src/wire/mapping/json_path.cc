#include "wire/mapping/json_path.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::size_t kSteps = 16, kPathBytes = 512;

bool in_plain_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

absl::StatusOr<JsonPath> JsonPath::parse(std::string_view text) {
  JsonPath path;
  if (text.size() > kPathBytes) return invalid_argument("a path of {} bytes; at most {}", text.size(), kPathBytes);
  if (!text.starts_with('$')) return invalid_argument("a path begins with $, such as $.app.name");
  std::size_t at = 1;
  if (text.substr(0, 2) == "$$") {
    path.from_whole_ = true;
    ++at;
  }
  const auto wrong = [&](std::string_view expected) {
    return invalid_argument("path \"{}\", character {}: {} was expected", text, at + 1, expected);
  };
  while (at < text.size()) {
    if (path.steps_.size() == kSteps) return invalid_argument("path \"{}\": more than {} steps", text, kSteps);
    if (text[at] == '.') {
      const std::size_t begin = ++at;
      while (at < text.size() && in_plain_key(text[at])) ++at;
      if (at == begin) return wrong("a key");
      path.steps_.emplace_back(std::string(text.substr(begin, at - begin)));
    } else if (text[at] == '[' && at + 1 < text.size() && (text[at + 1] == '\'' || text[at + 1] == '"')) {
      const std::size_t end = text.find(text[at + 1], at + 2);
      if (end == std::string_view::npos) return wrong("a key in quotes that end");
      path.steps_.emplace_back(std::string(text.substr(at + 2, end - at - 2)));
      at = end + 1;
      if (at >= text.size() || text[at] != ']') return wrong("]");
      ++at;
    } else if (text[at] == '[') {
      std::int64_t place = 0;
      const auto [end, error] = std::from_chars(text.data() + at + 1, text.data() + text.size(), place);
      if (error != std::errc()) return wrong("[ and a whole number or a key in quotes");
      at = static_cast<std::size_t>(end - text.data());
      if (at >= text.size() || text[at] != ']') return wrong("]");
      ++at;
      path.steps_.emplace_back(place);
    } else {
      return wrong(". or [");
    }
  }
  return path;
}

const nlohmann::json& JsonPath::in(const nlohmann::json& whole, const nlohmann::json& item) const {
  static const nlohmann::json kNothing;
  const nlohmann::json* here = from_whole_ ? &whole : &item;
  for (const Step& step : steps_) {
    if (const auto* key = std::get_if<std::string>(&step)) {
      if (!here->is_object()) return kNothing;
      const auto found = here->find(*key);
      if (found == here->end()) return kNothing;
      here = &*found;
    } else {
      std::int64_t place = std::get<std::int64_t>(step);
      if (!here->is_array()) return kNothing;
      const auto size = static_cast<std::int64_t>(here->size());
      if (place < 0) place += size;
      if (place < 0 || place >= size) return kNothing;
      here = &(*here)[static_cast<std::size_t>(place)];
    }
  }
  return *here;
}

}  // namespace nightjar
