// engine/series/series_judges.h
// How each kind of series is judged when a window closes: expect, score, learn, and keep its anomaly. One function per
// kind of series, called by SeriesTable on the lane's thread. Each appends to `out`: the expected value that is drawn
// and, while an anomaly is open, that anomaly with its newest value (open = false once, when it ends).
#pragma once

#include "engine/series/series_entry.h"
#include "model/series.h"

namespace nightjar {

// Requests/s of a service or operation. Silence and, for quiet ones, counts; else the channels. `events` may be 0.
void judge_requests(const SeriesKey& key, SeriesEntry& entry, std::uint64_t events, JudgementInProgress& out);

// Silence of one instance. `excused`: the service as a whole is silent, or another instance has taken its place.
enum class Absence : std::uint8_t { unexplained, excused };
void judge_instance(const SeriesKey& key, SeriesEntry& entry, std::uint64_t events, Absence absence,
                    JudgementInProgress& out);

// Failures out of requests. Called for windows with requests.
void judge_errors(const SeriesKey& key, SeriesEntry& entry, std::uint64_t errors, std::uint64_t requests,
                  JudgementInProgress& out);

// Lines of an error pattern in a window, 0 included. `service_windows`: for how many windows its service was watched
// when the pattern was first seen; only read at first sight.
void judge_lines(const SeriesKey& key, SeriesEntry& entry, std::uint64_t lines, std::uint32_t service_windows,
                 JudgementInProgress& out);

// Whose value it is. The key of a metric series is long and only made when something is said about it.
class Whose {
 public:
  Whose(const SeriesKey& key) : key_(&key) {}
  explicit Whose(const SeriesIdentity& metric) : metric_(&metric) {}
  Measure measure() const { return key_ != nullptr ? key_->measure : Measure::metric; }
  SeriesKey key() const {
    return key_ != nullptr ? *key_
                           : SeriesKey{metric_->service, "", metric_->instance, Measure::metric, metric_->text()};
  }
  // Series whose expected values are kept to be drawn; null: metrics, which their own store draws.
  const SeriesKey* drawn() const { return key_; }

 private:
  const SeriesKey* key_ = nullptr;
  const SeriesIdentity* metric_ = nullptr;
};

// Any measured value: p95, self time (only upwards matters), metrics (both).
void judge_value(const Whose& whose, SeriesState& state, Episode& episode, double value, JudgementInProgress& out);

// A series that says nothing any more: its anomaly ends after a while. `state`: null where only counts are kept.
void close_if_abandoned(const Whose& whose, const SeriesState* state, Episode& episode, std::uint32_t last_sample,
                        JudgementInProgress& out);

}  // namespace nightjar
