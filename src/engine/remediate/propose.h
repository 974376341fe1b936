// engine/remediate/propose.h
// What could be done about an incident, from its best finding and the operator's runbooks. Nothing here asks whether we
// may.
#pragma once

#include "engine/world/world.h"

namespace nightjar {

// The plan for the incident's best finding; nullopt: nothing in the catalogue fits. The id, state and times are the
// caller's.
std::optional<Action> propose(const World& world, const Incident& incident);
// The plan that takes `done` back; nullopt: its runbook names none.
std::optional<Action> undo_of(const World& world, const Action& done);

}  // namespace nightjar
