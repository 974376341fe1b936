#include "engine/remediate/transitions.h"

namespace nightjar {

std::optional<ActionState> next_state(ActionState state, ActionEvent event) {
  using S = ActionState;
  using E = ActionEvent;
  struct Row {
    S from;
    E event;
    S to;
  };
  static constexpr Row kTable[] = {
      {S::proposed, E::denied, S::denied},
      {S::proposed, E::allowed, S::approved},
      {S::proposed, E::approval_asked, S::awaiting_approval},
      {S::proposed, E::blocked, S::blocked},
      {S::blocked, E::allowed, S::approved},
      {S::blocked, E::approval_asked, S::awaiting_approval},
      {S::blocked, E::denied, S::denied},
      {S::blocked, E::time_ran_out, S::expired},
      {S::awaiting_approval, E::approved, S::approved},
      {S::awaiting_approval, E::allowed, S::approved},  // the evidence has grown: policy needs no person any more
      {S::awaiting_approval, E::rejected, S::rejected},
      {S::awaiting_approval, E::time_ran_out, S::expired},
      {S::approved, E::dispatched, S::running},
      {S::approved, E::time_ran_out, S::expired},  // an obstacle stood in the way for too long
      {S::running, E::reported_succeeded, S::verifying},
      {S::running, E::reported_failed, S::failed},
      {S::running, E::reported_refused, S::failed},
      {S::running, E::reported_unknown, S::unknown},
      {S::running, E::time_ran_out, S::unknown},
      // A person has looked, or hand has found out after all.
      {S::unknown, E::reported_succeeded, S::verifying},
      {S::unknown, E::reported_failed, S::failed},
      {S::verifying, E::verified_improved, S::succeeded},
      {S::verifying, E::verified_not, S::needs_human},
      {S::verifying, E::undo_begins, S::undoing},
      {S::undoing, E::undo_succeeded, S::undone},
      {S::undoing, E::undo_failed, S::needs_human},
  };
  for (const Row& row : kTable)
    if (row.from == state && row.event == event) return row.to;
  return std::nullopt;
}

bool is_final(ActionState state) {
  switch (state) {
    case ActionState::denied:
    case ActionState::shadowed:
    case ActionState::rejected:
    case ActionState::expired:
    case ActionState::succeeded:
    case ActionState::undone:
    case ActionState::needs_human:
    case ActionState::failed:
      return true;
    case ActionState::proposed:
    case ActionState::awaiting_approval:
    case ActionState::approved:
    case ActionState::blocked:
    case ActionState::running:
    case ActionState::verifying:
    case ActionState::undoing:
    case ActionState::unknown:
      return false;
  }
  return false;
}

bool is_under_way(ActionState state) {
  return state == ActionState::approved || state == ActionState::running || state == ActionState::verifying ||
         state == ActionState::undoing || state == ActionState::unknown;
}

}  // namespace nightjar
