// engine/remediate/blast_radius.h
// How much an action can hurt if it is wrong: 100 * tier * (0.45 * reach * exposure + 0.35 * irreversibility + 0.20 *
// uncertainty). All terms are shown. No published formula exists; weights are ours and the operator's limits are
// compared with the result.
#pragma once

#include "engine/world/world.h"

namespace nightjar {

// `confidence` of the finding the action follows from, 0..1.
BlastRadius blast_radius(const World& world, const Action& action, double confidence);

}  // namespace nightjar
