// io/net/clock.h
// Wall time, handed to io only: the engine's time is a field of its Input. Any thread.
#pragma once

#include <atomic>
#include <chrono>

#include "base/time.h"

namespace nightjar {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

class SystemClock : public Clock {
 public:
  Timestamp now() const override {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
                .count()};
  }
};

// For tests: stands still until it is moved.
class ManualClock : public Clock {
 public:
  explicit ManualClock(Timestamp start) : ns_(start.ns) {}
  Timestamp now() const override { return {ns_.load()}; }
  void set(Timestamp t) { ns_ = t.ns; }
  void advance(Duration d) { ns_ += d.ns; }

 private:
  std::atomic<std::int64_t> ns_;
};

}  // namespace nightjar
