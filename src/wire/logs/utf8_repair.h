// wire/logs/utf8_repair.h
// Lines come from anybody's program in anybody's encoding: what is not UTF-8 is shown as U+FFFD and the rest is kept,
// because a line with one bad byte still says what happened. Pure.
#pragma once

#include <string>
#include <string_view>

namespace nightjar::logs {

// Each byte that begins no valid sequence becomes U+FFFD; valid text comes back as it is.
std::string repaired_utf8(std::string_view text);

// Repaired, and cut at `limit` bytes with "…".
std::string shown(std::string_view text, std::size_t limit);

}  // namespace nightjar::logs
