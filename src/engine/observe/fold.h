// engine/observe/fold.h
// Puts a window's rollups into their one form: at most FoldLimits different names, lists ascending by key, equal keys
// added up. Both the lane (on its part) and merge (on all parts) call it, and the result is the same as folding
// everything at once: which names are kept depends on the set of names alone (the smallest by tier, hash, text), and a
// name that is not among the smallest of a part cannot be among the smallest of the whole. Pure.
// Source: bottom-k sketches (E. Cohen, H. Kaplan, 2007).
#pragma once

#include "engine/observe/observe_settings.h"
#include "model/rollup.h"

namespace nightjar {

inline constexpr std::string_view kOther = "(other)";

void fold(WindowRollups& rollups, const FoldLimits& limits);

}  // namespace nightjar
