// engine/observe/merge.h
// Adds up what the lanes say about a window. The result does not depend on how many lanes there were or in which order
// they are given; so with one lane merge is called too: it gives unanswered calls their callee.
// Called by SignalEngine once all lanes have closed the window. Pure but for the AddressBook it is handed.
#pragma once

#include <span>
#include <vector>

#include "engine/observe/address_book.h"
#include "engine/observe/observe_settings.h"
#include "model/rollup.h"

namespace nightjar {

// `partials`: all of one window, at least one. Learns from it who lives where, then names the calls nobody answered.
WindowRollups merge(std::span<const WindowRollups> partials, AddressBook& addresses, const FoldLimits& limits = {});
// With an empty book: names only what this very window tells.
WindowRollups merge(std::span<const WindowRollups> partials);

// What close_windows of each lane gave at one tick, lane by lane -> the merged windows, oldest first. A lane that has
// seen no data yet gives fewer windows than the others; that is fine.
std::vector<WindowRollups> merge_lanes(std::span<const std::vector<WindowRollups>> lanes, AddressBook& addresses,
                                       const FoldLimits& limits = {});

}  // namespace nightjar
