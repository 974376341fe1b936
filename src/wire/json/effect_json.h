// wire/json/effect_json.h
// An Effect as one line of canonical JSON: {"save_incident":{…}}, {"dispatch_action":{…}}. The journal keeps it, a
// replay derives it again and compares the bytes. A closed window is too large to keep: it is written as its range, the
// length of each list and a SHA-256 over everything in it, which is enough to compare and not enough to read back.
// Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "model/effect.h"

namespace nightjar {

std::string encode_effect(const Effect& effect);
// INVALID_ARGUMENT names the wrong field by its path. FAILED_PRECONDITION for "close_window": replay makes it again.
absl::StatusOr<Effect> decode_effect(std::string_view line);

}  // namespace nightjar
