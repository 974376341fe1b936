// wire/json/signals_record.h
// SignalsArrived as the journal `signals` keeps it: the raw body exactly as it was received, behind a short header that
// says how to read it, compressed as it was received. Layout: header length (4 bytes, little endian), header
// (canonical JSON {encoding, labels, packing, principal, sequence, time, verdict}), body. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "model/input.h"

namespace nightjar {

// CHECKs that the body is SignalsArrived.
std::string encode_signals_record(const Input& input);
// INVALID_ARGUMENT: the header is cut off, is not JSON or says something unknown.
absl::StatusOr<Input> decode_signals_record(std::string_view record);

}  // namespace nightjar
