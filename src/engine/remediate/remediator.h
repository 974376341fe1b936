// engine/remediate/remediator.h
// The loop propose -> decide -> dispatch -> verify, one path for automatic and approved actions alike. Each step is a
// record; policy is asked again right before dispatch. Called by DecisionEngine on its thread; keeps nothing beside
// world.actions.
#pragma once

#include <vector>

#include "engine/world/world.h"

namespace nightjar {

// Actions to hand over now, in id order. Emitted once per action: its state is `running` from then on.
using Dispatches = std::vector<ActionId>;

Dispatches remediate_window(World& world);  // a window closed: propose, retry what is blocked, verify
void remediate_tick(World& world);          // deadlines
Dispatches take_command(World& world, const Command& command);  // approve, reject
void take_report(World& world, const ActionReport& report);     // from hand

}  // namespace nightjar
