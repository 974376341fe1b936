// tests/unit/detect/one_series.h
// One measured series fed window by window through expectation, channels, gate and learning, as SeriesTable does it.
#pragma once

#include <vector>

#include "engine/series/series_judges.h"

namespace nightjar {

class OneSeries {
 public:
  explicit OneSeries(Duration grain, Measure measure = Measure::metric, Timestamp start = Timestamp{} + days(20'000))
      : grain_(grain), at_(start) {
    key_ = {{"shop"}, "", {}, measure, measure == Measure::metric ? "m" : ""};
    entry_.state = std::make_unique<SeriesState>();
  }
  // What was said about this point.
  std::vector<Anomaly> feed(double value) {
    JudgementInProgress out;
    out.window = {at_, at_ + grain_};
    out.window_s = grain_.seconds();
    entry_.last_sample = out.second();
    judge_value(key_, *entry_.state, entry_.episode, value, out);
    at_ = at_ + grain_;
    if (!out.expected.empty()) expected = out.expected.back().expected;
    return std::move(out.anomalies);
  }
  void skip(int points) { at_ = at_ + grain_ * points; }
  std::int64_t second() const { return at_.ns / 1'000'000'000; }
  Timestamp now() const { return at_; }
  const SeriesState& state() const { return *entry_.state; }

  Expectation expected;

 private:
  Duration grain_;
  Timestamp at_;
  SeriesKey key_;
  SeriesEntry entry_;
};

}  // namespace nightjar
