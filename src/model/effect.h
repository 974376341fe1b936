// model/effect.h
// All that can be asked for. Effects are saved first, then carried out (run/live); a replay derives them again and
// compares their canonical form byte for byte.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "model/action.h"
#include "model/change.h"
#include "model/incident.h"
#include "model/notification.h"
#include "model/rollup.h"
#include "model/ticket.h"

namespace nightjar {

struct SaveIncident {
  Incident incident;
};
struct SaveChange {
  Change change;
};
struct SaveAction {
  Action action;
};
struct SaveTicket {
  Ticket ticket;
};
struct DispatchAction {
  Action action;
};  // to hand, once per action id
struct Deliver {
  Delivery delivery;
};  // to a destination
struct KillSwitchSet {
  bool on = false;
  std::string person;
};  // to hand at once
// The aggregates and judgement of one closed window; kept in store/rollups and shown by io/serve.
struct CloseWindow {
  WindowRollups rollups;
  WindowJudgement judgement;
};

using Effect =
    std::variant<SaveIncident, SaveChange, SaveAction, DispatchAction, Deliver, KillSwitchSet, CloseWindow, SaveTicket>;
using Effects = std::vector<Effect>;

}  // namespace nightjar
