// engine/remediate/policy.h
// May we? Default deny; forbid overrides permit; every gate that speaks leaves a reason, also when the answer is yes.
// Asked when an action is proposed, again while it is blocked, and once more right before it is dispatched. Pure
// function of World and action.
#pragma once

#include "engine/world/world.h"

namespace nightjar {

// What the plan rests on.
struct Grounds {
  double confidence = 0;         // of the finding
  double second_confidence = 0;  // of the next candidate
  double e_value = 1;
  bool harmful_verdict = false;
  WatchDesign design = WatchDesign::none;
};
Grounds grounds_of(const World& world, const Action& action);

Decision decide(const World& world, const Action& action, const Grounds& grounds);
// The policy that governs this action; nullptr: none, so it is denied.
const PolicyConfig* policy_for(const World& world, const Action& action);
// Only the gates that can change between decision and dispatch: kill switch, hand, lock, cooldown, budget. nullopt: go.
std::optional<DecisionPart> obstacle(const World& world, const Action& action);

}  // namespace nightjar
