#include "wire/prometheus/classic_histogram.h"

#include <algorithm>
#include <cmath>

namespace nightjar::prometheus {
namespace {

std::uint64_t whole(double count) {
  if (!(count > 0)) return 0;
  return count < 0x1p63 ? static_cast<std::uint64_t>(std::llround(count)) : std::uint64_t{1} << 63;
}

}  // namespace

std::optional<HistogramPoint> ClassicHistogram::point() {
  std::sort(buckets_.begin(), buckets_.end());
  const bool has_last = !buckets_.empty() && std::isinf(buckets_.back().first) && buckets_.back().first > 0;
  if (!count_ && !has_last) return std::nullopt;
  HistogramPoint point;
  const std::uint64_t total = whole(has_last ? buckets_.back().second : *count_);
  point.count = count_ ? whole(*count_) : total;
  point.sum = sum_;
  std::uint64_t below = 0;
  for (const auto& [bound, cumulative] : buckets_) {
    if (!std::isfinite(bound) || (!point.bounds.empty() && point.bounds.back() == bound)) continue;
    const std::uint64_t reached = std::max(below, whole(cumulative));
    point.bounds.push_back(bound);
    point.counts.push_back(reached - below);
    below = reached;
  }
  point.counts.push_back(std::max(below, total) - below);
  return point;
}

}  // namespace nightjar::prometheus
