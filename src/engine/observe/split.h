// engine/observe/split.h
// Deals decoded Signals to lanes: spans by trace, so that a trace is judged in one place; log lines by service, so that
// one miner sees them all; metric points by series. The order within a lane is the order received. Called by
// SignalEngine before Observer::observe; pure, the same in every process.
#pragma once

#include <cstddef>
#include <vector>

#include "model/signals.h"

namespace nightjar {

// One list for each lane. `lanes` >= 1.
std::vector<std::vector<Signals>> split(std::vector<Signals> signals, std::size_t lanes);

}  // namespace nightjar
