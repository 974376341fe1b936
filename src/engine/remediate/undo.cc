#include "engine/remediate/undo.h"

#include "base/text.h"
#include "engine/remediate/propose.h"
#include "model/words.h"

namespace nightjar {

bool advance(World& world, Action& action, ActionEvent event) {
  const auto next = next_state(action.state, event);
  if (!next) return false;
  action.state = *next;
  world.touched_actions.insert(action.id);
  return true;
}

Action* begin_undo(World& world, Action& done) {
  std::optional<Action> plan = undo_of(world, done);
  if (!plan || !advance(world, done, ActionEvent::undo_begins)) return nullptr;
  plan->id = world.ids.next<ActionId>();
  plan->proposed_at = world.now;
  plan->decided_at = world.now;
  plan->expires_at = world.now + minutes(15);
  plan->state = ActionState::approved;
  plan->decision = {.outcome = DecisionOutcome::auto_allowed,
                    .policy = done.decision.policy,
                    .reasons = {{DecisionReason::undo_of_a_decided_plan,
                                 fmt::format("{} made it worse; its plan named this undo", to_string(done.id))}}};
  const IncidentId incident = done.incident;
  Action& undo = world.actions.emplace(plan->id, std::move(*plan)).first->second;
  world.incidents.at(incident).actions.push_back(undo.id);
  world.touched_actions.insert(undo.id);
  world.note(incident, TimelineKind::decision, fmt::format("taken back: {}", undo.text), to_string(undo.id));
  return &undo;
}

void settle_undo(World& world, Action& undo) {
  if (!undo.undoes) return;
  Action& done = world.actions.at(*undo.undoes);
  if (undo.state == ActionState::verifying) {
    advance(world, undo, ActionEvent::verified_improved);
    undo.verified_at = world.now;
    if (advance(world, done, ActionEvent::undo_succeeded))
      world.note(done.incident, TimelineKind::action, fmt::format("undone, a person is needed: {}", done.text),
                 to_string(done.id));
  } else if (is_final(undo.state) || undo.state == ActionState::unknown) {
    if (advance(world, done, ActionEvent::undo_failed))
      world.note(done.incident, TimelineKind::action,
                 fmt::format("could not be undone ({}), a person is needed: {}", word(undo.state), done.text),
                 to_string(done.id));
  }
}

}  // namespace nightjar
