#include "base/statistics/duration_sketch.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace nightjar {

std::uint16_t DurationSketch::bucket_of(std::int64_t duration_ns) {
  const auto n = static_cast<std::uint64_t>(std::max<std::int64_t>(duration_ns, 0));
  if (n < 16) return static_cast<std::uint16_t>(n);
  const int exponent = 63 - std::countl_zero(n);  // >= 4
  const auto mantissa = static_cast<std::uint16_t>((n >> (exponent - 4)) & 15u);
  return static_cast<std::uint16_t>((exponent - 3) * 16 + mantissa);
}

std::int64_t DurationSketch::lower_bound_ns(std::uint16_t bucket) {
  if (bucket < 16) return bucket;
  const int exponent = bucket / 16 + 3;
  return static_cast<std::int64_t>((16u + bucket % 16u)) << (exponent - 4);
}

void DurationSketch::observe(std::int64_t duration_ns, std::uint64_t times) {
  const std::uint16_t bucket = bucket_of(duration_ns);
  const auto at = std::lower_bound(buckets_.begin(), buckets_.end(), bucket,
                                   [](const Bucket& b, std::uint16_t wanted) { return b.first < wanted; });
  if (at != buckets_.end() && at->first == bucket)
    at->second += times;
  else
    buckets_.insert(at, {bucket, times});
}

void DurationSketch::add(const DurationSketch& other) {
  std::vector<Bucket> merged;
  merged.reserve(buckets_.size() + other.buckets_.size());
  auto a = buckets_.begin();
  auto b = other.buckets_.begin();
  while (a != buckets_.end() || b != other.buckets_.end()) {
    if (b == other.buckets_.end() || (a != buckets_.end() && a->first < b->first)) {
      merged.push_back(*a++);
    } else if (a == buckets_.end() || b->first < a->first) {
      merged.push_back(*b++);
    } else {
      merged.emplace_back(a->first, a->second + b->second);
      ++a, ++b;
    }
  }
  buckets_ = std::move(merged);
}

std::uint64_t DurationSketch::count() const {
  std::uint64_t total = 0;
  for (const Bucket& bucket : buckets_) total += bucket.second;
  return total;
}

double DurationSketch::quantile_ns(double q) const {
  const std::uint64_t total = count();
  if (total == 0) return 0;
  const double rank = std::clamp(q, 0.0, 1.0) * static_cast<double>(total);
  double below = 0;
  for (const Bucket& bucket : buckets_) {
    const auto here = static_cast<double>(bucket.second);
    if (below + here >= rank) {
      const auto low = static_cast<double>(lower_bound_ns(bucket.first));
      const auto high = static_cast<double>(lower_bound_ns(static_cast<std::uint16_t>(bucket.first + 1)));
      return low + (high - low) * (rank - below) / here;
    }
    below += here;
  }
  return static_cast<double>(lower_bound_ns(static_cast<std::uint16_t>(buckets_.back().first + 1)));
}

std::uint64_t DurationSketch::longer_than(std::int64_t limit_ns) const {
  const std::uint16_t limit = bucket_of(limit_ns);
  std::uint64_t total = 0;
  for (const Bucket& bucket : buckets_)
    if (bucket.first > limit) total += bucket.second;
  return total;
}

DurationSketch DurationSketch::from_buckets(std::vector<Bucket> buckets) {
  CHECK(std::is_sorted(buckets.begin(), buckets.end()));
  DurationSketch sketch;
  sketch.buckets_ = std::move(buckets);
  return sketch;
}

}  // namespace nightjar
