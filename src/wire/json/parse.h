// wire/json/parse.h
// Foreign JSON into a tree, within limits: the doors of alerts and changes and the journal's reader call it. Pure, any
// thread. The depth is counted before anything is built, because the tree's own walkers recurse.
#pragma once

#include <cstddef>
#include <string_view>

#include <absl/status/statusor.h>
#include <nlohmann/json_fwd.hpp>

namespace nightjar {

struct JsonLimits {
  std::size_t body_bytes = 1 << 20;
  int depth = 32;
};

// Errors: RESOURCE_EXHAUSTED over body_bytes; INVALID_ARGUMENT too deep, not JSON or not UTF-8 (with the byte where it
// stops being so). `what` names the body in the message: "alerts", "GitHub push".
absl::StatusOr<nlohmann::json> parse_json(std::string_view text, std::string_view what, const JsonLimits& limits = {});

// One line, sorted keys, shortest doubles: the same value gives the same bytes. Bytes that are not UTF-8 become U+FFFD.
std::string canonical(const nlohmann::json& value);

}  // namespace nightjar
