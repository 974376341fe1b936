// io/receive/retry_info.h
// google.rpc.Status with a RetryInfo, for the grpc-status-details-bin trailer: what tells an OTLP/gRPC sender that
// UNAVAILABLE means "later" and when. Pure.
#pragma once

#include <string>
#include <string_view>

namespace nightjar {

std::string encode_status_with_retry(int grpc_code, std::string_view message, int retry_after_seconds);

}  // namespace nightjar
