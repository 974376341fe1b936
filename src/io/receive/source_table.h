// io/receive/source_table.h
// Who sends: each token (or door with a secret of its own), the door it comes to and the program it says it is, with
// when it was last heard, how much it sends, what of it is refused and how far its clock is off. What the page Data and
// `nightjar sources` show; nothing here decides anything. In memory: it begins anew with the process. At most 1,000
// sources; the one unheard for longest makes room, and that is counted. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "io/receive/door_ledger.h"

namespace nightjar {

struct SourceKey {
  std::string principal;
  Door door = Door::otlp_http;
  std::string agent;  // User-Agent as sent, cut; "" when there is none or when nobody vouches for it
  auto operator<=>(const SourceKey&) const = default;
};

class SourceTable {
 public:
  // `newest`: the latest time in the body; unset: it has none, or it says nothing about the sender's clock.
  void note_taken(const SourceKey& key, Timestamp now, std::uint64_t items, std::uint64_t rejected_items,
                  std::size_t bytes, Timestamp newest = {}, std::string_view first_reason = {});
  void note_refused(const SourceKey& key, const RefusedBody& refused);

  struct Sample {
    Timestamp at;
    std::string why, text, beginning;  // of single items there is no beginning
  };
  struct Source {
    SourceKey key;
    Timestamp first_heard, last_heard;
    std::uint64_t requests = 0, items = 0, rejected_items = 0;
    std::array<std::uint64_t, kRefusedWhys> refused{};
    double items_per_second = 0, bytes_per_second = 0;  // over the last minute
    std::optional<Sample> sample;                       // of what was refused or rejected last
    std::optional<Duration> behind;  // median over the last bodies of receive time minus newest time; below 0: ahead
  };
  std::vector<Source> sources(Timestamp now) const;  // by principal, door, agent
  std::uint64_t evicted() const;

 private:
  static constexpr std::size_t kSources = 1'000, kTexts = 512, kClockSamples = 15;
  // Two minutes, the running one and the one before it: a rate over a sliding minute without a list of events.
  struct Rate {
    std::int64_t minute = 0;
    double now = 0, before = 0;
    void add(Timestamp at, double amount);
    double per_second(Timestamp at) const;
  };
  struct Entry {
    Source source;
    Rate items, bytes;
    std::array<std::int64_t, kClockSamples> behind_ns{};
    std::size_t behind_count = 0;
  };
  Entry& entry(const SourceKey& key, Timestamp now);  // under mutex_

  mutable std::mutex mutex_;
  std::map<SourceKey, Entry> entries_;  // guarded by mutex_
  std::uint64_t evicted_ = 0;
};

}  // namespace nightjar
