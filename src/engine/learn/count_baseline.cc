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

// Size of what the moments say about burstiness, before the uncertainty of the mean.
double inverse_burst_size(const CountState& state) {
  return std::clamp((kPriorInverseSize * kPriorWeight + state.spread_sum) / (kPriorWeight + state.spread_weight), 1e-4,
                    2.0);
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
  if (state.windows == 0) state.first_window = second;
  const double keep = 1 - window_s / kMemoryS;
  const double deviation = std::sqrt(expected.mean + expected.mean * expected.mean / expected.size);
  const double limit = std::max(1.0, expected.mean + (times == Times::disturbed ? 2 : 6) * deviation);
  auto count = static_cast<double>(events);
  if (state.windows >= kWindowsBeforeJudging) count = std::min(count, limit);

  state.events = keep * state.events + count;
  state.exposure = keep * state.exposure + exposure;
  if (exposure > 0) {
    const double off = count - expected.mean;
    state.spread_sum += static_cast<float>(off * off - expected.mean - kSpreadGain * state.spread_sum);
    state.spread_weight += static_cast<float>(expected.mean * expected.mean - kSpreadGain * state.spread_weight);
    state.last_window = second;
    ++state.windows;
  }
}

void begin_count_epoch(CountState& state, double events, double exposure) {
  state.events = events;
  state.exposure = exposure;
}

}  // namespace nightjar
