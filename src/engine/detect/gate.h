// engine/detect/gate.h
// From a score to "say it": grades, the gate that lets the same trouble through once, and what this series says by
// itself. Called by SeriesTable on the lane's thread.
#pragma once

#include <optional>

#include "base/time.h"
#include "engine/world/series_state.h"
#include "model/anomaly.h"

namespace nightjar {

// weak >= 5.5, clear >= 7, strong >= 10; three more during the first seven days, when tails are short and strongly
// autocorrelated series still surprise. A series that says something this loud more than once a month by itself
// (`per_month`) says it weakly. nullopt: not an anomaly.
std::optional<Grade> grade_of(double score, Duration known_for, double per_month);

// Scores below are never looked at again: they neither pass nor calibrate.
inline constexpr double kCalibrates = 4;

enum class GateReason : std::uint8_t {
  quiet,   // nothing near an anomaly
  held,    // not higher than the emission before, and that is less than 12 h ago
  passed,  // higher than the last, or the first for 12 h
};
// Holds the height of what passed. Scores above 4 pass even when no grade is reached: they calibrate the series.
GateReason pass_gate(SeriesState& state, double score, Timestamp window_start);

// How often a month a series like this says something at least this loud when nothing is wrong: its own gated peaks,
// with the rates measured on stationary synthetic series as one month of prior experience.
double false_alarms_per_month(const SeriesState& state, double score, Timestamp window_start);

}  // namespace nightjar
