// wire/otlp/judge.h
// The door's counting pass over an OTLP protobuf body, guided by wire/otlp/schema.h. Keeps a stack of at most 105
// frames and the list of rejected items, nothing else; no recursion. Called by wire/otlp/otlp.cc. Pure.
#pragma once

#include <string_view>

#include <absl/status/statusor.h>

#include "base/time.h"
#include "model/signals.h"
#include "wire/limits.h"
#include "wire/otlp/schema.h"

namespace nightjar::otlp {

// `request` is the outermost message. Errors as in wire/decode.h.
absl::StatusOr<Verdict> judge_protobuf(MessageKind request, std::string_view body, const Limits& limits,
                                       Timestamp wall_now, Timestamp* newest = nullptr);

}  // namespace nightjar::otlp
