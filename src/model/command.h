// model/command.h
// What a named person asks for.
#pragma once

#include <string>
#include <variant>

#include "model/action.h"
#include "model/ids.h"

namespace nightjar {

struct ApproveAction {
  ActionId action;
  std::string plan_hash;
  ApprovalVia via = ApprovalVia::api;
};
struct RejectAction {
  ActionId action;
  std::string plan_hash;
  std::string why;
};
struct AcknowledgeIncident {
  IncidentId incident;
};
struct SetKillSwitch {
  bool on = false;
  std::string why;
};

struct Command {
  std::string person;  // authenticated by the door
  std::variant<ApproveAction, RejectAction, AcknowledgeIncident, SetKillSwitch> what;
};

}  // namespace nightjar
