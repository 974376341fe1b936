#include "engine/detect/channels.h"

#include <algorithm>
#include <cmath>

#include "engine/detect/pattern_novelty.h"
#include "engine/detect/tail.h"

namespace nightjar {
namespace {

constexpr double kFusePower = 2.5;
constexpr double kCusumKeep = 0.98, kCusumDrift = 0.5, kMostZ = 6;

bool counts_for(std::size_t channel, Direction direction) {
  return direction == Direction::both || (channel != 1 && channel != 3 && channel != 4);
}

double z_of(double difference, double scale) {
  if (scale > 0) return std::clamp(difference / scale, -kMostZ, kMostZ);
  return difference > 0 ? kMostZ : difference < 0 ? -kMostZ : 0;
}

}  // namespace

void score_point(SeriesState& state, const ExpectedLevels& levels, Timestamp window_start, double value,
                 ChannelScores& scores) {
  const auto second = static_cast<std::uint32_t>(window_start.ns / 1'000'000'000);
  const std::uint32_t count = state.points + 1;
  const bool after_gap = state.points == 0 || second - state.last_window > 3u * state.interval_s;
  // After a gap there is no "point before"; a zero keeps each list's count honest.
  const double step = after_gap ? 0 : value - state.previous_point;
  const double off = after_gap ? 0 : value - levels.next;
  scores[0] = score_and_insert(state.tail[0], count, step);
  scores[1] = score_and_insert(state.tail[1], count, -step);
  scores[2] = score_and_insert(state.tail[2], count, off);
  scores[3] = score_and_insert(state.tail[3], count, -off);
  scores[4] = score_and_insert(state.tail[4], count, -value);
}

void score_minute(SeriesState& state, const ExpectedLevels& levels, ChannelScores& scores) {
  if (!state.minute_just_closed) return;
  const auto second = state.last_window;
  const double off = state.closed_minute - state.closed_expected;
  state.mean_deviation4 += static_cast<float>((std::fabs(off) - state.mean_deviation4) / 4);
  state.mean_deviation16 += static_cast<float>((std::fabs(off) - state.mean_deviation16) / 16);
  const double z = z_of(off, levels.minute_scale);
  const bool was_zero = state.cusum_up == 0 && state.cusum_down == 0;
  state.cusum_up = static_cast<float>(std::max(0.0, kCusumKeep * state.cusum_up + z - kCusumDrift));
  state.cusum_down = static_cast<float>(std::max(0.0, kCusumKeep * state.cusum_down - z - kCusumDrift));
  if (was_zero) state.cusum_since = second;
  scores[5] = score_and_insert(state.tail[5], state.minutes, state.mean_deviation4);
  scores[6] = score_and_insert(state.tail[6], state.minutes, state.mean_deviation16);
  scores[7] = score_and_insert(state.tail[7], state.minutes, state.cusum_up);
  if (const auto novelty = observe_pattern(state, state.closed_minute))
    scores[8] = score_and_insert(state.tail[8], state.blocks, *novelty);
}

double fuse(const ChannelScores& scores, Direction direction) {
  double sum = 0;
  for (std::size_t channel = 0; channel < kChannels; ++channel)
    if (scores[channel] > 0 && counts_for(channel, direction)) sum += std::pow(scores[channel], kFusePower);
  return sum > 0 ? std::pow(sum, 1 / kFusePower) : 0;
}

std::uint8_t loudest_channel(const ChannelScores& scores, Direction direction) {
  std::size_t loudest = 0;
  for (std::size_t channel = 0; channel < kChannels; ++channel)
    if (counts_for(channel, direction) && scores[channel] > scores[loudest]) loudest = channel;
  return static_cast<std::uint8_t>(loudest);
}

}  // namespace nightjar
