// engine/forecast/phase_forecast.h
// When does a resource with daily or weekly clean-ups reach its limit? The rate is the median growth against the same
// phase of an earlier cycle, so the teeth of a sawtooth cancel; the path is the last cycle lifted by that growth. Nine
// candidates (three cycles, three look-backs) compete by what their forecast of 72 hours ago was worth. Input: hourly
// maxima, oldest first. Called by ExhaustionForecaster every six hours. Error bookkeeping is the caller's to keep.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace nightjar {

inline constexpr std::size_t kPhaseCandidates = 9;
struct PhaseScores {
  std::array<float, kPhaseCandidates> error{};  // discounted sums of |forecast - came| of "maximum over the next 72 h"
  std::array<float, kPhaseCandidates> weight{};
  std::uint32_t scored = 0;
};

// Compares each candidate's forecast of 72 hours ago with what came. Needs at least 72 h beyond the candidate's own
// look-back; does nothing before.
void score_candidates(std::span<const float> hourly, PhaseScores& scores);

enum class PhaseReason : std::uint8_t {
  no_data,   // fewer than 60 hours
  no_trend,  // it does not grow, or not steadily, or by less than the forecast's own error
  later,     // not within 21 days
  meets      // the limit is met; the hours below hold
};
struct PhaseAnswer {
  PhaseReason reason = PhaseReason::no_data;
  double hours = 0, hours_low = 0, hours_high = 0;  // from the newest hour on; high is capped at 504
};
PhaseAnswer meet_limit(std::span<const float> hourly, double limit, const PhaseScores& scores);

}  // namespace nightjar
