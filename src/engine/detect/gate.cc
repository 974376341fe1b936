#include "engine/detect/gate.h"

#include <algorithm>
#include <cmath>

namespace nightjar {
namespace {

constexpr double kWeak = 5.5, kClear = 7, kStrong = 10, kFirstWeek = 3;
constexpr double kMostPerMonth = 1;
constexpr std::uint32_t kHoldS = 12 * 3600, kSamePeakS = 3600;
constexpr double kMonthS = 30 * 86'400.0;

std::uint32_t gate_second(Timestamp t) { return static_cast<std::uint32_t>(t.ns / 1'000'000'000); }

void note_peak(SeriesState& state, double score) {
  ++state.gated_peaks;
  const auto step = static_cast<std::uint8_t>(std::min(255.0, std::floor(score * 10)));
  if (step <= state.largest_peaks.front()) return;
  state.largest_peaks.front() = step;
  std::sort(state.largest_peaks.begin(), state.largest_peaks.end());
}

// Mean of the measured table (gated events per series-month at a 5-min grain): 5.5: 2.2, 7: 0.5, 8: 0.2, 10: 0.08. A
// tenth for every three steps of score, near enough.
double prior_rate(double score) { return 2.2 * std::pow(10, -(score - kWeak) / 3.1); }

}  // namespace

std::optional<Grade> grade_of(double score, Duration known_for, double per_month) {
  const double raised = known_for < days(7) ? kFirstWeek : 0;
  if (score >= kWeak + raised && per_month > kMostPerMonth) return Grade::weak;
  if (score >= kStrong + raised) return Grade::strong;
  if (score >= kClear + raised) return Grade::clear;
  if (score >= kWeak + raised) return Grade::weak;
  return std::nullopt;
}

GateReason pass_gate(SeriesState& state, double score, Timestamp window_start) {
  if (score < kCalibrates) return GateReason::quiet;
  const std::uint32_t now = gate_second(window_start), since = now - state.held_at;
  if (state.held_at != 0 && since <= kHoldS && score <= state.held_score) return GateReason::held;
  // A peak that climbs over several windows is one peak, counted by its first height.
  if (state.held_at == 0 || since > kSamePeakS) note_peak(state, score);
  state.held_score = static_cast<float>(score);
  state.held_at = now;
  return GateReason::passed;
}

double false_alarms_per_month(const SeriesState& state, double score, Timestamp window_start) {
  const double months = (gate_second(window_start) - state.first_window) / kMonthS;
  const auto as_loud = static_cast<double>(std::count_if(state.largest_peaks.begin(), state.largest_peaks.end(),
                                                         [&](std::uint8_t peak) { return peak >= score * 10; }));
  return (prior_rate(score) + as_loud) / (1 + months);
}

}  // namespace nightjar
