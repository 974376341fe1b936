#include "wire/json/parse.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace nightjar {
namespace {

// How deep arrays and objects nest. Counts brackets outside of strings; text that is not JSON gives some number, and
// the parser says the rest.
int nesting_of(std::string_view text, int limit) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > limit) return depth;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return 0;
}

}  // namespace

absl::StatusOr<nlohmann::json> parse_json(std::string_view text, std::string_view what, const JsonLimits& limits) {
  if (text.size() > limits.body_bytes)
    return too_large("{}: {} bytes, at most {} are taken; send less in one body", what, text.size(), limits.body_bytes);
  if (nesting_of(text, limits.depth) > limits.depth)
    return invalid_argument("{}: nested deeper than {} levels; nothing of this body was kept", what, limits.depth);
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& e) {
    return invalid_argument("{}: not JSON at byte {}; nothing of this body was kept", what, e.byte);
  } catch (const nlohmann::json::exception& e) {  // a number too large for a double
    return invalid_argument("{}: {}; nothing of this body was kept", what, e.what());
  }
}

std::string canonical(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace nightjar
