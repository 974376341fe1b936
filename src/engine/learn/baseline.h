// engine/learn/baseline.h
// What is normal for one Series: keeps levels and seasonal tables in its SeriesState and says what to expect next. No
// model is selected: four long and five short expectations run side by side, and the one that has erred least lately
// speaks. Called by SeriesTable on the thread of the lane that owns the series; windows of a series in time order.
// Source: the choice by discounted error follows "prediction with expert advice"; the clamped update is a Huber step.
#pragma once

#include <array>

#include "base/time.h"
#include "engine/world/series_state.h"
#include "model/anomaly.h"

namespace nightjar {

// In the series' own unit. `points` below 6: nothing is expected yet. Wide while young.
Expectation expectation(const SeriesState& state, Timestamp window_start);

// The same of a settled series whose levels have been asked for.
Expectation expectation(const SeriesState& state, const ExpectedLevels& levels, Timestamp window_start);

// The same in units, for the detector; only for settled series.
ExpectedLevels expected_levels(const SeriesState& state, Timestamp window_start);

inline double to_units(const SeriesState& state, double value) { return (value - state.m0) / state.s0; }

// Takes in the value of a window. While `disturbed`, levels and tables move by clamped steps only: an incident must
// not become the new normal within the hour, a true new normal may.
void learn(SeriesState& state, Timestamp window_start, double value, Times times = Times::quiet);

// True once 120 points wait to be settled.
bool ready_to_settle(const SeriesState& state);
// Fixes m0 and s0 by the first 120 points and empties the tables. The caller feeds the returned points again, oldest
// first, `interval_s` apart and ending at `last_window`, through the detector and learn(): so tails and levels begin
// with 120 points behind them.
std::array<double, kFirstPoints> settle(SeriesState& state);

// A new epoch: the level has moved by `shift` (units) for good. Levels and tables move with it.
void begin_epoch(SeriesState& state, Timestamp window_start, double shift);

}  // namespace nightjar
