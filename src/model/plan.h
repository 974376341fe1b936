// model/plan.h
// What exactly is going to be done, as one text and its hash. Approvals bind to the hash: engine/remediate makes it,
// hand makes it again from the action it was given and refuses when they differ. Pure.
#pragma once

#include <string>

#include "model/action.h"

namespace nightjar {

// Canonical JSON of what would change in the world if it were different: arguments, change, kind, runbook, service,
// undo, undo_by, undoes. Sorted keys, no spaces; so that two people with two programs get the same bytes.
std::string plan_text(const Action& action);
// SHA-256 of plan_text, in hex.
std::string plan_hash(const Action& action);

}  // namespace nightjar
