// wire/prometheus/classic_histogram.h
// Puts a histogram together from the lines a page spreads it over: cumulative buckets in any order, a sum, a count.
// Used inside wire/prometheus only. Pure.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "model/signals.h"

namespace nightjar::prometheus {

class ClassicHistogram {
 public:
  // How many values are at most `bound`; infinity is the last bucket. A bound that comes twice counts once.
  void add_bucket(double bound, double cumulative) { buckets_.emplace_back(bound, cumulative); }
  void set_sum(double sum) { sum_ = sum; }
  void set_count(double count) { count_ = count; }
  // Its total has ended; without one it could not be told from a histogram that has lost a bucket.
  void end() { ended_ = true; }

  bool ended() const { return ended_; }
  // nullopt: neither a count nor a last bucket. Buckets that shrink (a page read while it was written) count as empty.
  std::optional<HistogramPoint> point();

 private:
  std::vector<std::pair<double, double>> buckets_;
  double sum_ = 0;
  std::optional<double> count_;
  bool ended_ = false;
};

}  // namespace nightjar::prometheus
