// wire/otlp/exponential_histogram.h
// OpenTelemetry's exponential histogram as explicit bounds. Used by decode_metrics. Pure.
// Source: OpenTelemetry metrics data model, "ExponentialHistogram": with base = 2^(2^-scale), bucket i holds
// (base^i, base^(i+1)]; negative buckets mirror it.
#pragma once

#include <cstdint>
#include <vector>

#include "model/signals.h"

namespace nightjar::otlp {

struct ExponentialBuckets {
  std::int32_t offset = 0;
  std::vector<std::uint64_t> counts;
};
struct ExponentialHistogram {
  std::uint64_t count = 0;
  double sum = 0;
  std::int32_t scale = 0;
  std::uint64_t zero_count = 0;
  ExponentialBuckets positive, negative;
};

// Bounds and counts, ascending. When they do not come out finite and ascending (a scale or an offset no sender has),
// only count and sum are kept: bounds is empty.
HistogramPoint to_explicit(const ExponentialHistogram& histogram);

// Makes `counts` one longer than `bounds`, and `bounds` finite and ascending, or drops the bounds.
void settle_buckets(HistogramPoint& point);

}  // namespace nightjar::otlp
