// wire/logs/line_fields.h
// The fields of a line that is written for machines: a JSON object, flattened ("error.type"), or logfmt. Called by
// line_text; pure, no recursion, bounded.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nightjar::logs {

constexpr std::size_t kFieldsPerLine = 64;

using Fields = std::vector<std::pair<std::string, std::string>>;  // in order of appearance; UTF-8, names not empty

// Arrays become JSON text, null is left out. nullopt: not one JSON object, deeper than 32, or names over 256 bytes
// only.
std::optional<Fields> json_fields(std::string_view text);
// "level=info msg="slow query" took=2s": every word must be key=value or a lone key, the first one key=value, and there
// must be two of them. nullopt otherwise.
std::optional<Fields> logfmt_fields(std::string_view text);

}  // namespace nightjar::logs
