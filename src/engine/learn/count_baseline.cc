#include "engine/learn/count_baseline.h"

#include <algorithm>
#include <cmath>

namespace nightjar {
namespace {

constexpr double kMemoryS = 3 * 86'400;
// Until the spread has been seen, counts are taken to vary by 22 % beyond Poisson (1/size = 0.05), with the weight of
// 25 squared expected events.
constexpr double kPriorInverseSize = 0.05, kPriorWeight = 25;
constexpr double kSpreadGain = 1.0 / 500;
constexpr double kMostBurst = 6;
constexpr std::uint32_t kWindowsPerStep = 6;

// Size of what the moments say about burstiness, before the uncertainty of the mean.
double inverse_burst_size(const CountState& state) {
  return std::clamp((kPriorInverseSize * kPriorWeight + state.spread_sum) / (kPriorWeight + state.spread_weight), 1e-4,
                    2.0);
}

// Burstiness is learnt from neighbouring windows: half the squared difference beyond what Poisson explains at their own
// mean. A rate that climbs or has moved is not burstiness, whatever it does to deviations from the baseline. Each pair
// is weighed by what it can tell (at small means next to nothing) and cut at four of its standard deviations.
void learn_spread(CountState& state, double events, const NegativeBinomial& expected) {
  const double mean = expected.mean, before = state.previous_mean, events_before = state.previous_events;
  state.previous_mean = static_cast<float>(mean);
  state.previous_events = static_cast<float>(events);
  if (mean <= 0 || before < mean / 2 || before > mean * 2) return;
  const double variance = mean + mean * mean / expected.size, deviation = 1.4142 * variance + std::sqrt(mean);
  const double information = mean * mean / deviation;
  const double difference = events - events_before;
  const double surplus = std::clamp((difference * difference - events - events_before) / 2 / deviation, -4.0, 4.0);
  state.spread_sum += static_cast<float>(surplus * information - kSpreadGain * state.spread_sum);
  state.spread_weight += static_cast<float>(information * information - kSpreadGain * state.spread_weight);
}

void take_in_minute(CountState& state, std::uint32_t window_s, double size, Times times) {
  const double mean = state.minute_mean, deviation = std::sqrt(mean + mean * mean / size);
  const double limit = std::max(1.0, mean + (times == Times::disturbed ? 1 : 3) * deviation);
  const bool is_first = state.exposure == 0;
  const double events = is_first ? state.minute_events : std::min<double>(state.minute_events, limit);
  const double keep = 1 - kWindowsPerStep * window_s / kMemoryS;
  state.events = keep * state.events + events;
  state.exposure = keep * state.exposure + state.minute_exposure;
  state.minute_events = state.minute_exposure = state.minute_mean = 0;
  state.minute_windows = 0;
}

}  // namespace

NegativeBinomial expected_count_around(const CountState& state, double mean) {
  return {mean, 1 / (inverse_burst_size(state) + 1 / (state.events + 0.5))};
}

NegativeBinomial expected_count(const CountState& state, double exposure) {
  return expected_count_around(state, exposure * (state.events + 0.5) / (state.exposure + 1));
}

void learn_count(CountState& state, Timestamp window_start, std::uint32_t window_s, std::uint64_t events,
                 double exposure, const NegativeBinomial& expected, Times times) {
  const auto second = static_cast<std::uint32_t>(window_start.ns / 1'000'000'000);
  if (exposure <= 0) return;
  if (state.windows == 0) state.first_window = second;
  ++state.windows;
  state.last_window = second;

  learn_spread(state, static_cast<double>(events), expected);

  state.minute_events += static_cast<float>(events);
  state.minute_exposure += static_cast<float>(exposure);
  state.minute_mean += static_cast<float>(expected.mean);
  if (++state.minute_windows == kWindowsPerStep) take_in_minute(state, window_s, expected.size, times);
}

void begin_count_epoch(CountState& state, double events, double exposure) {
  state.events = events;
  state.exposure = exposure;
}

}  // namespace nightjar
