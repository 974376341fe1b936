// io/net/http_server.h
// HTTP/1.1 on one address, for the API and for the doors. A few threads run all connections; handlers answer through a
// Responder when they can. Hostile peers are the normal case: headers are small and quick or the connection goes, a
// body comes at 1 KiB/s or it goes, and its bytes are reserved from a budget while it is read.
//
// Owned by run/live. start() and stop() from one thread; the rest runs on the server's threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/time.h"
#include "io/net/byte_budget.h"
#include "io/net/router.h"

namespace nightjar {

struct HttpServerSettings {
  std::string name = "http";               // in messages: "otlp_http"
  std::string address = "127.0.0.1:8080";  // "host:port", "[::1]:port"; port 0: any free one
  int threads = 2;
  int connections_at_most = 10'000;
  int connections_per_address = 1'000;  // one machine, or the one proxy all come through, never takes them all
  std::size_t header_limit_bytes = 8 * 1024;
  Duration header_time = seconds(10);
  Duration idle_time = seconds(120);  // between requests of one connection
  Duration body_grace = seconds(10);  // then at least body_bytes_per_second since the body began
  std::int64_t body_bytes_per_second = 1024;
  Duration write_time = seconds(30);
  HttpHeaders headers;           // added to each answer
  ByteBudget* budget = nullptr;  // of all request bodies; outlives the server. nullptr: unlimited
};

struct HttpServerCounts {
  std::uint64_t connections = 0;  // open now
  std::uint64_t accepted = 0, requests = 0;
  std::uint64_t refused_connections = 0;  // over connections_at_most or _per_address
  std::uint64_t timeouts = 0;             // too slow in headers or body
  std::uint64_t broken = 0;               // not HTTP
  std::uint64_t refused_bodies = 0;       // by admit, a limit or the budget
};

class HttpServer {
 public:
  // Takes connections at once. An address in use or not ours: invalid_argument in one line that says what to do.
  static absl::StatusOr<std::unique_ptr<HttpServer>> start(HttpServerSettings settings, Router router);
  ~HttpServer();  // stop()

  std::uint16_t port() const;
  HttpServerCounts counts() const;
  // Takes no more requests; those begun may be answered within `grace`, then everything is closed.
  void stop(Duration grace = seconds(5));

  struct Core;  // internal to io/net
 private:
  explicit HttpServer(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
  std::vector<std::thread> threads_;
};

// "127.0.0.1:8080" -> host and port. invalid_argument when it is not that.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
absl::StatusOr<HostPort> parse_host_port(std::string_view text);

}  // namespace nightjar
