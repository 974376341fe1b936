// engine/learn/count_baseline.h
// What is normal for a series of counts (failures out of requests, lines of a log pattern, requests of a quiet
// endpoint): a rate per unit of exposure with its uncertainty, as a negative binomial. Young rates are wide by
// themselves: the predictive distribution of a Poisson count whose rate was learnt from E events has size E + 1/2, so
// nothing is called impossible after six quiet windows. Called by SeriesTable on the lane's thread, windows in time
// order. Source: Gamma-Poisson conjugacy with the Jeffreys prior; moments for the burstiness.
#pragma once

#include <cstdint>

#include "base/statistics/negative_binomial.h"
#include "base/time.h"
#include "engine/world/series_state.h"

namespace nightjar {

inline constexpr std::uint32_t kWindowsBeforeJudging = 6;

// Expected events in a window with this much exposure (requests, or 1 for "one window").
NegativeBinomial expected_count(const CountState& state, double exposure);
// The same around a mean that somebody else knows better (the seasonal baseline of the requests).
NegativeBinomial expected_count_around(const CountState& state, double mean);

// Takes in a window. `expected` is what expected_count said before. The rate learns minute by minute (six windows), and
// no minute counts for more than three deviations above what was expected, one while disturbed: errors that climb for
// minutes must not teach that climbing is normal. `window_s` paces the forgetting (about three days).
void learn_count(CountState& state, Timestamp window_start, std::uint32_t window_s, std::uint64_t events,
                 double exposure, const NegativeBinomial& expected, Times times);

// The rate has changed for good: forget the old one, keep what was counted since.
void begin_count_epoch(CountState& state, double events, double exposure);

}  // namespace nightjar
