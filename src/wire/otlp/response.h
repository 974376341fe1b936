// wire/otlp/response.h
// What an OTLP sender is told. Called by the OTLP doors (HTTP and gRPC) after the journal has the body. Pure.
// Source: OTLP specification 1.x, "Partial Success" and "Failures".
#pragma once

#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "model/signals.h"

namespace nightjar {

enum class BodyFormat : std::uint8_t { protobuf, json };
// The format a reply to `encoding` must have.
BodyFormat body_format(Encoding encoding);

// Export{Trace,Metrics,Logs}ServiceResponse. Nothing rejected: partial_success stays unset (protobuf: no bytes, JSON:
// "{}"), because a set one, even with 0, reads as a warning. Only for the six OTLP encodings.
std::string encode_export_response(Encoding encoding, const Verdict& verdict);

// google.rpc.Status: the body of every OTLP/HTTP failure, in the format of the request.
std::string encode_rpc_status(BodyFormat format, absl::StatusCode code, std::string_view message);

}  // namespace nightjar
