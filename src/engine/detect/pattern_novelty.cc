#include "engine/detect/pattern_novelty.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/statistics/half.h"

namespace nightjar {
namespace {

constexpr std::uint32_t kMinutesPerBlock = 8, kBlocksPerPattern = 8;
constexpr double kNewPrototype = 0.03, kMove = 0.1;

using Pattern = std::array<double, kBlocksPerPattern>;  // 0..255, over low..high

// Prototypes are stored relative to the range; when it grows they are rewritten to mean the same.
void widen_range(SeriesState& state, double block) {
  const double low = std::min<double>(state.block_low, block), high = std::max<double>(state.block_high, block);
  if (low == state.block_low && high == state.block_high) return;
  const double old_range = state.block_high - state.block_low;
  for (auto& prototype : state.prototype)
    for (std::uint8_t& at : prototype) {
      const double value = state.block_low + at / 255.0 * old_range;
      at = static_cast<std::uint8_t>(std::lround((value - low) / (high - low) * 255));
    }
  state.block_low = static_cast<float>(low);
  state.block_high = static_cast<float>(high);
}

Pattern newest_pattern(const SeriesState& state) {
  Pattern pattern{};
  const double range = state.block_high - state.block_low;
  for (std::size_t i = 0; i < kBlocksPerPattern; ++i)
    pattern[i] = std::clamp((from_half(state.block_ring[i]) - state.block_low) / range * 255, 0.0, 255.0);
  return pattern;
}

double distance(const Pattern& pattern, const std::array<std::uint8_t, 8>& prototype) {
  double sum = 0;
  for (std::size_t i = 0; i < kBlocksPerPattern; ++i) sum += std::fabs(pattern[i] - prototype[i]);
  return sum / kBlocksPerPattern / 255;
}

// 0 means free, so block numbers that would be 0 modulo 2^16 are stored as 1.
std::uint16_t stamp(std::uint32_t blocks) { return std::max<std::uint16_t>(1, static_cast<std::uint16_t>(blocks)); }

}  // namespace

std::optional<double> observe_pattern(SeriesState& state, double minute) {
  state.block_sum += static_cast<float>(minute);
  if (state.minutes % kMinutesPerBlock != 0) return std::nullopt;
  const double block = state.block_sum / kMinutesPerBlock;
  state.block_sum = 0;
  if (state.blocks == 0) state.block_low = state.block_high = static_cast<float>(block);
  widen_range(state, block);
  std::rotate(state.block_ring.begin(), state.block_ring.begin() + 1, state.block_ring.end());
  state.block_ring.back() = to_half(block);
  ++state.blocks;
  if (state.blocks < kBlocksPerPattern || state.block_high <= state.block_low) return std::nullopt;

  const Pattern pattern = newest_pattern(state);
  std::size_t nearest = kPrototypes, oldest = 0;
  double least = 1;
  std::uint16_t oldest_age = 0;
  for (std::size_t p = 0; p < kPrototypes; ++p) {
    const bool is_free = state.prototype_used[p] == 0;
    const auto age = static_cast<std::uint16_t>(is_free ? 0xFFFF : stamp(state.blocks) - state.prototype_used[p]);
    if (age > oldest_age) oldest_age = age, oldest = p;
    if (is_free) continue;
    const double d = distance(pattern, state.prototype[p]);
    if (nearest == kPrototypes || d < least) least = d, nearest = p;
  }
  const bool is_new = nearest == kPrototypes || least > kNewPrototype;
  const std::size_t target = is_new ? oldest : nearest;
  for (std::size_t i = 0; i < kBlocksPerPattern; ++i) {
    std::uint8_t& at = state.prototype[target][i];
    at = static_cast<std::uint8_t>(std::lround(is_new ? pattern[i] : at + kMove * (pattern[i] - at)));
  }
  state.prototype_used[target] = stamp(state.blocks);
  return nearest == kPrototypes ? 0 : least;
}

}  // namespace nightjar
