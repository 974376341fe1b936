// base/statistics/duration_sketch.h
// A histogram of durations with a relative error of at most 1/16 and no configuration: buckets are the top four
// mantissa bits and the exponent of the nanosecond count, so bucketing is integer arithmetic, the same on every
// machine. Sketches add in any order. Memory: one (bucket, count) pair per bucket in use, ascending; request durations
// of one window use 5 to 40. Source: the log-linear layout of HdrHistogram (G. Tene) with 16 sub-buckets.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace nightjar {

class DurationSketch {
 public:
  void observe(std::int64_t duration_ns, std::uint64_t times = 1);  // negative counts as 0
  void add(const DurationSketch& other);
  std::uint64_t count() const;
  // Quantile q in 0..1, nanoseconds, interpolated inside its bucket; 0 when empty.
  double quantile_ns(double q) const;
  // How many observations were longer than `limit_ns`; the bucket of the limit counts as not longer.
  std::uint64_t longer_than(std::int64_t limit_ns) const;

  using Bucket = std::pair<std::uint16_t, std::uint64_t>;
  const std::vector<Bucket>& buckets() const { return buckets_; }
  // From stored buckets; they must be ascending by index without repeats.
  static DurationSketch from_buckets(std::vector<Bucket> buckets);
  bool operator==(const DurationSketch&) const = default;

  static std::uint16_t bucket_of(std::int64_t duration_ns);
  static std::int64_t lower_bound_ns(std::uint16_t bucket);

  template <class Archive>
  void carry(Archive& archive) {
    archive(buckets_);
  }

 private:
  std::vector<Bucket> buckets_;
};

}  // namespace nightjar
