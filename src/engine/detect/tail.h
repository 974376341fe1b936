// engine/detect/tail.h
// How rare is this value of a channel? The ten largest values ever stand for the tail: rank for the body, a
// generalised Pareto beyond, its shape shrunk towards 0.1. Lists never age. Pure; called by the scoring functions of
// this room. Source: Pickands 1975; moment estimator of Hosking and Wallis 1987.
#pragma once

#include <array>
#include <cstdint>

#include "engine/world/series_state.h"

namespace nightjar {

using Tail = std::array<std::uint16_t, kTailKept>;  // half, ascending

// Minus log10 of the tail probability of `value` after `count` values, 0 below the tenth largest; then takes the value
// in. `count` includes this one; the first ten only fill the list, and a score needs fifteen.
double score_and_insert(Tail& tail, std::uint32_t count, double value);

}  // namespace nightjar
