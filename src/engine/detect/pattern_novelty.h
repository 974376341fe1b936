// engine/detect/pattern_novelty.h
// Channel 8: has the series ever moved like this? The last eight block means (a block is eight minutes) are compared
// with sixteen prototypes of such patterns; the mean absolute distance to the nearest, over the range the blocks have
// had, is the novelty. Called by score_minute on the lane's thread.
#pragma once

#include <optional>

#include "engine/world/series_state.h"

namespace nightjar {

// Takes in a minute mean (units). A value once per block, when at least eight blocks are known: 0..1.
std::optional<double> observe_pattern(SeriesState& state, double minute);

}  // namespace nightjar
