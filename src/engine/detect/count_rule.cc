#include "engine/detect/count_rule.h"

#include <algorithm>
#include <cmath>

namespace nightjar {
namespace {

constexpr double kRareOnce = 9, kRareTwice = 6, kRareBlock = 8;
constexpr double kLeastExpectedBelow = 8;  // fewer expected and "none" proves nothing
constexpr std::uint32_t kLearntWindows = 6, kLearntForSilence = 18;
constexpr std::array<std::uint32_t, 2> kBlockWindows = {6, 30};
constexpr double kCalm = 2;

// Two independent tails seen together, with the choice of two in three paid for; three quarters because bursts are not
// quite independent.
double together(double a, double b) { return 0.75 * (a + b); }

void judge_window(CountState& state, std::uint64_t events, const NegativeBinomial& expected, CountScores& scores) {
  const double up = events < 2 ? 0 : -log10_at_least(expected, events);
  auto& recent = state.recent_log10p;
  std::rotate(recent.begin(), recent.begin() + 1, recent.end());
  recent.back() = static_cast<float>(up);
  scores.up = up;
  std::array<float, 3> sorted = recent;
  std::sort(sorted.begin(), sorted.end());
  if (up >= kRareOnce && events >= kLeastEvents) scores.up_is_rare = true;
  if (sorted[1] >= kRareTwice) {
    scores.up_is_rare = true;
    const double both = together(sorted[1], sorted[2]);
    if (both > scores.up) scores.up = both, scores.up_windows = recent.front() >= kRareTwice ? 3 : 2;
  }
}

void judge_block(CountState& state, std::size_t block, double size, CountScores& scores) {
  const double events = state.block_events[block], exposure = state.block_exposure[block];
  const double mean = state.block_expected[block];
  state.block_events[block] = state.block_exposure[block] = state.block_expected[block] = 0;
  const NegativeBinomial expected{mean, size};
  const double up = -log10_at_least(expected, static_cast<std::uint64_t>(events));
  if (block == 0) scores.minute_ended = true, scores.calm_minute = mean > 0 && up < kCalm;
  const double before = state.last_block_log10p[block];
  state.last_block_log10p[block] = static_cast<float>(up);
  const bool rare = events >= kLeastEvents && (up >= kRareBlock || (up >= kRareTwice && before >= kRareTwice));
  scores.up_is_rare = scores.up_is_rare || rare;
  if (rare && up > scores.up) {
    scores.up = up, scores.up_windows = scores.span_windows = kBlockWindows[block];
    scores.up_events = events, scores.up_exposure = exposure, scores.up_expected = mean;
  }
  if (mean < kLeastExpectedBelow) return;
  const double down = -log10_at_most(expected, static_cast<std::uint64_t>(events));
  if (down > scores.down) scores.down = down;
  scores.down_is_rare = scores.down_is_rare || down >= kRareOnce;
}

}  // namespace

CountScores score_count(CountState& state, std::uint64_t events, double exposure, const NegativeBinomial& expected) {
  CountScores scores;
  scores.up_events = static_cast<double>(events), scores.up_exposure = exposure, scores.up_expected = expected.mean;
  if (state.windows < kLearntWindows) return scores;
  judge_window(state, events, expected, scores);
  for (std::size_t block = 0; block < kBlockWindows.size(); ++block) {
    state.block_events[block] += static_cast<float>(events);
    state.block_exposure[block] += static_cast<float>(exposure);
    state.block_expected[block] += static_cast<float>(expected.mean);
    if ((state.windows + 1) % kBlockWindows[block] == 0) judge_block(state, block, expected.size, scores);
  }
  return scores;
}

void forget_spans(CountState& state) {
  state.block_events = state.block_exposure = state.block_expected = state.last_block_log10p = {};
  state.recent_log10p = {};
}

std::optional<double> score_silence(CountState& state, Timestamp window_start, std::uint64_t events,
                                    const NegativeBinomial& expected) {
  if (events > 0) {
    state.longest_gap = std::max(state.longest_gap, state.gap);
    state.gap = 0;
    state.expected_since_event = 0;
    state.last_event = static_cast<std::uint32_t>(window_start.ns / 1'000'000'000);
    return std::nullopt;
  }
  if (state.last_event == 0) return std::nullopt;
  if (state.gap < 0xFFFF) ++state.gap;
  state.expected_since_event += static_cast<float>(expected.mean);
  if (state.windows < kLearntForSilence || state.gap < std::max(3, 2 * state.longest_gap)) return std::nullopt;
  // P(0) of a negative binomial: (size / (size + mean))^size. Bursts of different windows are different bursts, so that
  // part of the size grows with the gap; the uncertainty of the rate is the same throughout.
  const double of_rate = 1 / (state.events + 0.5), of_bursts = std::max(0.0, 1 / expected.size - of_rate);
  const double size = 1 / (of_rate + of_bursts / state.gap);
  const double score = size * std::log10(1 + state.expected_since_event / size);
  return score >= kRareTwice ? std::optional(score) : std::nullopt;
}

Grade grade_of_count(double score) { return score >= 12 ? Grade::strong : score >= 9 ? Grade::clear : Grade::weak; }

}  // namespace nightjar
