// wire/otlp/json.h
// OTLP/JSON rewritten as OTLP protobuf, guided by wire/otlp/schema.h. One judge and one decoder then serve both, items
// keep their order, and the two formats cannot drift apart. Called by wire/otlp/otlp.cc, at the door and again in the
// lane. Pure; no recursion.
// Source: OTLP specification 1.x, "JSON Protobuf Encoding": ids are hex, enums are numbers, 64-bit integers may be
// strings, unknown keys are ignored.
#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "wire/otlp/schema.h"

namespace nightjar::otlp {

// Checks the grammar of all of `json`, also of what it skips. The result holds what the schema names and nothing else.
//   invalid_argument  not JSON, or a field has another type than it must have; says where
//   too_large         it would grow past 64 MiB: only long lists of empty things do
absl::StatusOr<std::string> json_to_protobuf(MessageKind request, std::string_view json);

}  // namespace nightjar::otlp
