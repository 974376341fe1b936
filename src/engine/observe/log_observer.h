// engine/observe/log_observer.h
// The log half of Observer: one miner, breaker and tally for each service. Lane's thread only; all lines of a service
// come to the same LogObserver, in the order they were received.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/text.h"
#include "engine/observe/names.h"
#include "engine/observe/novelty_breaker.h"
#include "engine/observe/pattern_miner.h"
#include "model/rollup.h"
#include "model/signals.h"

namespace nightjar {

class LogObserver {
 public:
  LogObserver(const ObserveSettings& settings, ObserveCounters& counters);

  // To be called before the lines of a resource.
  void enter(const Resource& resource);
  // `window` is open. `engine_time` drives the breaker.
  void observe(const LogRecord& record, std::int64_t window, Timestamp engine_time);
  // Appends the window's patterns to `out` (unsorted) and forgets them; brings the miners back under their caps.
  void close(std::int64_t window, WindowRollups& out);
  std::size_t live_patterns() const;

  template <class Archive>
  void carry(Archive& archive) {
    archive(pods_);
    if (archive.reads()) service_ = nullptr;
    archive.keyed(services_,
                  [&](const std::string& name) { return std::make_unique<Service>(name, settings_.patterns); });
  }

 private:
  using Number = Names::Number;
  // Coarse kind of an unmined line: its first letter and its length in powers of four.
  using Bucket = std::uint16_t;
  static constexpr Bucket kForgotten = UINT16_MAX;  // mined once, but the pattern has had to go
  struct LineSums {
    std::uint64_t lines = 0;
    int severity = 0;
    std::string example;
  };
  struct Service {
    Service(std::string name, const PatternLimits& limits) : miner(std::move(name), limits), breaker(limits) {}
    PatternMiner miner;
    NoveltyBreaker breaker;
    // window -> (pod, pattern) -> sums
    std::map<std::int64_t, absl::flat_hash_map<std::pair<Number, PatternMiner::Index>, LineSums>> mined;
    // window -> (pod, bucket) -> sums: what the breaker kept from mining
    std::map<std::int64_t, absl::flat_hash_map<std::pair<Number, Bucket>, LineSums>> unsorted;
    std::int64_t last_window = INT64_MIN;
    // Lines the breaker kept from mining, by form: a form that comes again is no prose. Made when first needed.
    std::vector<std::uint64_t> turned_away;
    std::set<Number> in_trace;  // pods whose last line was part of a stack trace
    template <class Archive>
    void carry(Archive& archive) {
      archive(miner, breaker, mined, unsorted, last_window, turned_away, in_trace);
    }
  };

  bool goes_on_with_a_trace(Service& service, std::string_view body);
  bool worth_mining(Service& service);
  void add(LineSums& sums, int severity, std::string_view example);
  void write_window(Service& service, std::int64_t window, WindowRollups& out);
  void keep_to_limits();
  void sweep_names();
  static Bucket bucket_of(std::string_view line);
  static std::string text_of(Bucket bucket);

  const ObserveSettings& settings_;
  ObserveCounters& counters_;
  Names pods_;
  Number pod_ = 0;
  Service* service_ = nullptr;
  std::map<std::string, std::unique_ptr<Service>, std::less<>> services_;
  std::string buffer_;
};

}  // namespace nightjar
