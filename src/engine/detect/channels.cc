#include "engine/detect/channels.h"

#include <algorithm>
#include <cmath>

#include "base/statistics/half.h"
#include "engine/detect/pattern_novelty.h"
#include "engine/detect/tail.h"

namespace nightjar {
namespace {

// Measured on the quiet generators: 2.5 gives 0.6 gated events of 7 and more a series-month, 3 gives 0.4, at the same
// share of planted spikes found.
constexpr double kFusePower = 3;
constexpr double kCusumKeep = 0.98, kCusumDrift = 0.5, kMostZ = 6;

constexpr std::uint32_t kWholeDayS = 86'400;

// Before a day has passed every morning is a record: the lists fill, the scores do not count.
bool knows_a_day(const SeriesState& state, std::uint32_t second) { return second - state.first_window >= kWholeDayS; }

// From "per value of this grain" to "per five minutes".
constexpr double kStatedGrainS = 300;
double per_stated_grain(double score, double grain_s) {
  if (score <= 0) return 0;
  return grain_s >= kStatedGrainS ? score : std::max(0.0, score - std::log10(kStatedGrainS / grain_s));
}

// While a season is being learnt its residuals are large, and lists that never age would remember them for ever. So
// once two weeks have been seen the lists of the residual channels shrink with the error: by the square root of what
// the seasons have taken off it, since the lists were filled partly before and partly after the tables knew the day.
constexpr std::uint32_t kSeasonsKnownS = 15 * kWholeDayS;
constexpr std::array<std::size_t, 3> kResidualChannels = {5, 6, 7};

// The mean error of the best table over that of the level alone, at most 1.
double error_left_by_seasons(const SeriesState& state) {
  if (state.error_weight[0] <= 0 || state.long_error[0] <= 0) return 1;
  const double level = state.long_error[0] / state.error_weight[0];
  double best = level;
  for (std::size_t table = 1; table < 4; ++table)
    if (state.error_weight[table] > 0)
      best = std::min<double>(best, state.long_error[table] / state.error_weight[table]);
  return best / level;
}

void shrink_tails_once_seasons_are_known(SeriesState& state, std::uint32_t second) {
  if (state.tails_shrunk != 0 || second - state.first_window < kSeasonsKnownS) return;
  state.tails_shrunk = 1;
  const double left = std::sqrt(error_left_by_seasons(state));
  for (std::size_t channel : kResidualChannels)
    for (std::uint16_t& top : state.tail[channel]) top = to_half(from_half(top) * left);
}

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
  shrink_tails_once_seasons_are_known(state, second);
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
  if (!knows_a_day(state, second)) scores[4] = 0;
  for (std::size_t channel = 0; channel < 5; ++channel)
    scores[channel] = per_stated_grain(scores[channel], state.interval_s);
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
  for (std::size_t channel = 5; channel < 8; ++channel)
    scores[channel] = per_stated_grain(scores[channel], std::max<double>(60, state.interval_s));
  if (const auto novelty = observe_pattern(state, state.closed_minute))
    scores[8] = score_and_insert(state.tail[8], state.blocks - 7, *novelty);
  if (!knows_a_day(state, second)) std::fill(scores.begin() + 5, scores.end(), 0.0);
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
