// engine/remediate/undo.h
// Taking an action back that is shown to have made things worse. The undo is an action of its own, with an id of its
// own, so that hand starts it at most once; whoever allowed the first plan allowed its undo with it (the plan's hash
// covers it), so nobody is asked again. It is not verified in its turn: hand's report ends it, and a person looks at
// the rest.
//
//   verifying -> undoing -> undone          the undo was reported done
//                        -> needs_human     it failed, was refused, is unknown or never got its turn
//
// Called by the remediator on the DecisionEngine's thread.
#pragma once

#include "engine/remediate/transitions.h"
#include "engine/world/world.h"

namespace nightjar {

// Moves the action when the event fits its state and marks it touched; false: it does not fit.
bool advance(World& world, Action& action, ActionEvent event);

// The undo, approved and not yet dispatched; nullptr when there is none and a person is needed.
Action* begin_undo(World& world, Action& done);
// `undo` has reached a state it will not leave, or was reported done: what that means for the action it takes back.
void settle_undo(World& world, Action& undo);

}  // namespace nightjar
