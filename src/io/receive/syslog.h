// io/receive/syslog.h
// Syslog over UDP, TCP and TLS. Messages are gathered (line_gatherer.h) and journalled raw; they are read in decode().
// Syslog has no tokens: beside loopback only addresses of `allow_from` may send. TCP and TLS are read only while there
// is room, so that a slow disk slows the senders down; UDP cannot wait: what finds no room is dropped and counted
// (nightjar_door_refused_total{door="syslog",why="overload"}). The protocol has no acknowledgement: what a sender has
// written and we have not read, or have gathered for less than a second, dies with this process.
//
// One thread of its own runs all sockets. start() and stop() from one thread.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "io/net/tls_context.h"
#include "io/receive/doorway.h"

namespace nightjar {

struct SyslogSettings {
  std::string udp, tcp, tls;  // "host:port"; "" closed
  TlsFiles tls_files;
  std::vector<std::string> allow_from;  // CIDRs
  int connections_at_most = 1'000;
};

class SyslogServer {
 public:
  // INVALID_ARGUMENT: an address cannot be listened on, or the certificate cannot be read.
  static absl::StatusOr<std::unique_ptr<SyslogServer>> start(SyslogSettings settings, Doorway& doorway);
  ~SyslogServer();
  // Stops listening, gives what was gathered two seconds to become durable.
  void stop();

  std::uint16_t udp_port() const;  // 0: closed
  std::uint16_t tcp_port() const;
  std::uint16_t tls_port() const;

 private:
  struct Core;
  explicit SyslogServer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
  std::thread thread_;
};

}  // namespace nightjar
