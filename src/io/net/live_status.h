// io/net/live_status.h
// What run/live says about now, for those who answer people: how far the engine has come, whether hand is there.
// Written by run/live on its own threads, read by any.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "base/time.h"
#include "model/ids.h"

namespace nightjar {

class LiveStatus {
 public:
  // The effects of every input up to `sequence` are in the records.
  void set_applied(Sequence sequence) {
    {
      std::lock_guard lock(mutex_);
      applied_.store(sequence);
    }
    changed_.notify_all();
  }
  Sequence applied_sequence() const { return applied_.load(); }
  // Waits until an input has been applied; false: not within `patience`. Blocks: on a work pool, never on a server's
  // thread.
  bool wait_applied(Sequence sequence, Duration patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::nanoseconds(patience.ns), [&] { return applied_.load() >= sequence; });
  }

  std::atomic<Sequence> journal_sequence{0};    // newest durable input
  std::atomic<std::int64_t> engine_time_ns{0};  // of the newest input applied
  std::atomic<std::int64_t> last_signal_ns{0};  // wall time of the newest telemetry body taken; 0 none yet
  std::atomic<bool> hand_connected{false};
  std::atomic<bool> kill_switch{false};
  std::atomic<bool> ready{false};  // false: still replaying; doors answer 503

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<Sequence> applied_{0};
};

}  // namespace nightjar
