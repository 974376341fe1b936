#include "wire/otlp/exponential_histogram.h"

#include <algorithm>
#include <cmath>

namespace nightjar::otlp {
namespace {

// base^index. In double, index * 2^-scale is exact for every index and scale a sender can reach.
double boundary(double index, std::int32_t scale) { return std::exp2(std::ldexp(index, -scale)); }

// SDKs send a bucket for negative values that nobody had.
bool is_empty(const ExponentialBuckets& buckets) {
  return std::all_of(buckets.counts.begin(), buckets.counts.end(), [](std::uint64_t count) { return count == 0; });
}

}  // namespace

void settle_buckets(HistogramPoint& point) {
  bool ascending = true;
  for (std::size_t i = 0; i < point.bounds.size() && ascending; ++i) {
    ascending = std::isfinite(point.bounds[i]) && (i == 0 || point.bounds[i - 1] < point.bounds[i]);
  }
  if (ascending && point.counts.size() == point.bounds.size() + 1) return;
  point.bounds.clear();
  point.counts.assign(1, point.count);
}

HistogramPoint to_explicit(const ExponentialHistogram& histogram) {
  HistogramPoint point{.count = histogram.count, .sum = histogram.sum};
  const auto& negative = histogram.negative;
  const auto& positive = histogram.positive;
  const auto bucket = [&](double upper_bound, std::uint64_t count) {
    point.bounds.push_back(upper_bound);
    point.counts.push_back(count);
  };
  // Negative bucket j holds [-base^(offset+j+1), -base^(offset+j)): the outermost first.
  if (!is_empty(negative)) {
    const double outermost = static_cast<double>(negative.offset) + static_cast<double>(negative.counts.size());
    bucket(-boundary(outermost, histogram.scale), 0);
    for (std::size_t j = negative.counts.size(); j-- > 0;) {
      bucket(-boundary(static_cast<double>(negative.offset) + static_cast<double>(j), histogram.scale),
             negative.counts[j]);
    }
  }
  // Zeros lie between the innermost negative and the innermost positive bound.
  if (!is_empty(positive)) {
    bucket(boundary(positive.offset, histogram.scale), histogram.zero_count);
    for (std::size_t j = 0; j < positive.counts.size(); ++j) {
      bucket(boundary(static_cast<double>(positive.offset) + static_cast<double>(j) + 1, histogram.scale),
             positive.counts[j]);
    }
    point.counts.push_back(0);
  } else {
    point.counts.push_back(histogram.zero_count);
  }
  settle_buckets(point);
  return point;
}

}  // namespace nightjar::otlp
