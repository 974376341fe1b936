// engine/remediate/transitions.h
// The life of an action as a pure function (state, event) -> state, so that it can be read in one place and tested in
// full. An event that does not fit a state leaves it as it is: late reports and double clicks do no harm.
#pragma once

#include <optional>

#include "model/action.h"

namespace nightjar {

enum class ActionEvent : std::uint8_t {
  denied,
  allowed,
  approval_asked,
  blocked,
  approved,
  rejected,
  time_ran_out,
  dispatched,
  reported_started,
  reported_succeeded,
  reported_failed,
  reported_refused,
  reported_unknown,
  verified_improved,
  verified_not,
  undo_begins,  // shown to have made things worse
  undo_succeeded,
  undo_failed
};

// nullopt: the event does not fit the state.
std::optional<ActionState> next_state(ActionState state, ActionEvent event);
// Nothing more will happen to it.
bool is_final(ActionState state);
// It may be changing the target right now.
bool is_under_way(ActionState state);

}  // namespace nightjar
