// wire/json/input_json.h
// An Input as one line of canonical JSON, as the journal `decisions` keeps it:
//
//   {"sequence":12,"time":1764024640123000000,"tick":{}}
//   {"alerts_arrived":{"alerts":[…]},"sequence":13,"time":…}
//
// Exactly one body per line, named by its type. encode then decode gives the same value. SignalsArrived is not JSON:
// wire/json/signals_record.h. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "model/input.h"

namespace nightjar {

// CHECKs that the body is not SignalsArrived.
std::string encode_input(const Input& input);
// INVALID_ARGUMENT names the field that is wrong by its path: "input.command_arrived.person: expected text, found 7".
absl::StatusOr<Input> decode_input(std::string_view line);

}  // namespace nightjar
