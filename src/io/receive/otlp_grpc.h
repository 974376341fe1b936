// io/receive/otlp_grpc.h
// OTLP/gRPC on its own port (4317): the three Export methods over raw bytes, no generated code. gRPC would unpack a
// compressed message before it looks at its size, so its decompression is off and we inflate under our own limit.
// Overload is UNAVAILABLE with RetryInfo; too large is RESOURCE_EXHAUSTED without, so that the sender gives that one
// up. Source: OTLP specification 1.x, "OTLP/gRPC".
//
// start() and stop() from one thread; calls run on gRPC's threads and the doorway's pool.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <absl/status/statusor.h>

#include "io/receive/doorway.h"

namespace nightjar {

class OtlpGrpcServer {
 public:
  // "127.0.0.1:4317"; port 0: any free one. In use: invalid_argument in one line that says what to do.
  static absl::StatusOr<std::unique_ptr<OtlpGrpcServer>> start(const std::string& address, Doorway& doorway);
  ~OtlpGrpcServer();  // stop()

  std::uint16_t port() const;
  // Calls that have begun may end within `grace`.
  void stop(Duration grace = seconds(5));

 private:
  struct Core;
  explicit OtlpGrpcServer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace nightjar
