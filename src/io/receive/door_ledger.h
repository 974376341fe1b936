// io/receive/door_ledger.h
// What came to each door and what became of it: counters for /metrics, and of each door the last refused bodies, so
// that "why does my sender get 400?" has an answer (GET /api/v1/refused). Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

#include "base/time.h"

namespace nightjar {

enum class Door : std::uint8_t {
  otlp_http,
  otlp_grpc,
  remote_write,
  alertmanager_api,
  alertmanager_webhook,
  grafana,
  pagerduty,
  pagerduty_changes,
  datadog,
  cloudwatch,
  azure_monitor,
  gcp,
  zabbix,
  sentry,
  new_relic,
  dynatrace,
  github,
  changes,
  gitlab,
  gitea,
  jenkins,
  argocd,
  flux,
  cdevents,
  jira,
  servicenow,
  scrape,  // pages we went and read
  events,  // any tool's, by a mapping
  loki,
  syslog,
  file_tail
};
inline constexpr int kDoors = static_cast<int>(Door::file_tail) + 1;
std::string_view word(Door door);

enum class RefusedWhy : std::uint8_t {
  overload,          // no room, journal busy, starting: the sender is asked to come back
  too_large,         // over a limit
  unauthenticated,   // no token or signature, or a wrong one
  forbidden,         // a token for something else
  unsupported_type,  // media type or coding
  undecodable,       // not what it claims to be
  broken             // we failed
};
inline constexpr int kRefusedWhys = 7;
std::string_view word(RefusedWhy why);
RefusedWhy refused_why(const absl::Status& status);

struct RefusedBody {
  Door door = Door::otlp_http;
  Timestamp at;
  RefusedWhy why = RefusedWhy::undecodable;
  std::string text;       // what the sender was told
  std::string remote;     // numeric address
  std::size_t bytes = 0;  // of the whole body as sent
  std::string beginning;  // at most 4 KiB; untrusted
};

class DoorLedger {
 public:
  struct DoorCounts {
    std::uint64_t requests = 0;        // answered with success
    std::uint64_t items = 0;           // spans, points, lines, alerts, changes taken
    std::uint64_t rejected_items = 0;  // single ones left out of a body that was taken
    std::uint64_t ignored = 0;         // understood and of no interest: other events of a webhook
    std::uint64_t bytes = 0;           // of the bodies taken, as sent
    std::array<std::uint64_t, kRefusedWhys> refused{};
  };

  void note_taken(Door door, std::uint64_t items, std::uint64_t rejected_items, std::size_t bytes);
  void note_ignored(Door door);
  // `beginning` is cut here. Overload keeps no sample: it says nothing about the body.
  void note_refused(RefusedBody refused);

  DoorCounts counts(Door door) const;
  std::vector<RefusedBody> refused_bodies() const;  // of all doors, newest first

 private:
  static constexpr std::size_t kKept = 20, kKeptBytes = 4096;
  struct Cells {
    std::atomic<std::uint64_t> requests{0}, items{0}, rejected_items{0}, ignored{0}, bytes{0};
    std::array<std::atomic<std::uint64_t>, kRefusedWhys> refused{};
  };
  std::array<Cells, kDoors> cells_;
  mutable std::mutex mutex_;
  std::array<std::deque<RefusedBody>, kDoors> kept_;  // guarded by mutex_
};

}  // namespace nightjar
