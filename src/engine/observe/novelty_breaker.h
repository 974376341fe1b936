// engine/observe/novelty_breaker.h
// Stops mining when a service's lines stop being patterns. Mining a new line costs microseconds, knowing an old one
// costs a tenth; whoever can write a log could slow us down with prose. While it is open new lines are only counted
// roughly and one in a hundred is mined. Runs on line counts and engine time, so a replay breaks at the same line.
#pragma once

#include <cstdint>

#include "engine/observe/observe_settings.h"

namespace nightjar {

class NoveltyBreaker {
 public:
  explicit NoveltyBreaker(const PatternLimits& limits) : limits_(limits) {}

  bool open() const { return open_; }
  // One line was seen at `engine_time`; `novel`: it was like no other.
  void count(Timestamp engine_time, bool novel) {
    const std::int64_t period = engine_time.ns / limits_.breaker_period.ns;
    if (period != period_) end_period(period);
    ++lines_;
    novel_ += novel;
    const bool many = novel_ >= limits_.breaker_novel_lines &&
                      static_cast<double>(novel_) > limits_.breaker_open_share * static_cast<double>(lines_);
    if (!open_ && (many || novel_ >= limits_.breaker_novel_always)) {
      open_ = true;
      quiet_periods_ = 0;
    }
  }

  template <class Archive>
  void carry(Archive& archive) {
    archive(open_, period_, quiet_periods_, lines_, novel_);
  }

 private:
  void end_period(std::int64_t next) {
    const bool quiet = static_cast<double>(novel_) < limits_.breaker_close_share * static_cast<double>(lines_);
    // Periods without lines are quiet too.
    const std::int64_t passed = period_ == kNever ? 1 : next - period_;
    quiet_periods_ = quiet || lines_ == 0 ? quiet_periods_ + passed : passed - 1;
    if (open_ && quiet_periods_ >= limits_.breaker_close_periods) open_ = false;
    period_ = next;
    lines_ = novel_ = 0;
  }

  static constexpr std::int64_t kNever = INT64_MIN;
  const PatternLimits& limits_;
  bool open_ = false;
  std::int64_t period_ = kNever;
  std::int64_t quiet_periods_ = 0;
  std::uint64_t lines_ = 0, novel_ = 0;
};

}  // namespace nightjar
