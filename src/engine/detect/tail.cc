#include "engine/detect/tail.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/statistics/half.h"

namespace nightjar {
namespace {

// What a value beyond a tail without any width is worth, on top of its rank: the first change of a constant series.
constexpr double kBeyondConstant = 1.3;
constexpr std::uint32_t kLeastCount = 15;
constexpr double kShapePrior = 0.1, kShapePriorWeight = 20, kMostShape = 0.5;

double log10_tail(const std::array<double, kTailKept>& top, std::uint32_t count, double value) {
  const double threshold = top.front();
  const double rank = std::log(static_cast<double>(count) / kTailKept);
  double mean = 0, square = 0;
  for (std::size_t j = 1; j < kTailKept; ++j) mean += top[j] - threshold;
  mean /= kTailKept - 1;
  if (mean <= 0) return rank / std::numbers::ln10 + kBeyondConstant;
  for (std::size_t j = 1; j < kTailKept; ++j) square += (top[j] - threshold - mean) * (top[j] - threshold - mean);
  const double variance = square / (kTailKept - 1);
  const double moment = variance > 0 ? 0.5 * (1 - mean * mean / variance) : -1e9;
  const double shape = std::clamp((kTailKept * moment + kShapePriorWeight * kShapePrior) / 30, 0.0, kMostShape);
  const double scale = mean * (1 - shape), excess = (value - threshold) / scale;
  const double beyond = shape > 1e-9 ? std::log1p(shape * excess) / shape : excess;
  return (rank + beyond) / std::numbers::ln10;
}

}  // namespace

double score_and_insert(Tail& tail, std::uint32_t count, double value) {
  // Rounding keeps order: what is not above the list before is not above it after. Nearly every value ends here.
  if (count > kTailKept && value <= from_half(tail.front())) return 0;
  const std::uint16_t bits = to_half(value);
  const double rounded = from_half(bits);  // rounded against rounded: a repeated maximum is not a new one
  if (count <= kTailKept) {
    // Filling: the free places are the first ones.
    const std::size_t filled = count - 1;
    if (filled < kTailKept) {
      std::size_t at = kTailKept - filled;
      while (at < kTailKept && from_half(tail[at]) < rounded) tail[at - 1] = tail[at], ++at;
      tail[at - 1] = bits;
    }
    return 0;
  }
  if (rounded <= from_half(tail.front())) return 0;
  double score = 0;
  if (count >= kLeastCount) {
    std::array<double, kTailKept> top{};
    for (std::size_t j = 0; j < kTailKept; ++j) top[j] = from_half(tail[j]);
    score = log10_tail(top, count, rounded);
  }
  std::size_t at = 1;
  while (at < kTailKept && from_half(tail[at]) < rounded) tail[at - 1] = tail[at], ++at;
  tail[at - 1] = bits;
  return score;
}

}  // namespace nightjar
