// engine/diagnose/candidates.h
// What might be the cause of an incident: each change, silent instance, ill service and filling resource near it. A
// candidate starts with a prior (how often such a thing is the cause, before looking) and each kind of evidence
// multiplies it.
#pragma once

#include <vector>

#include "engine/world/world.h"

namespace nightjar {

struct Candidate {
  CauseKind kind = CauseKind::none;
  ServiceName service;
  InstanceName instance;
  std::optional<ChangeId> change;
  std::optional<StatementCause> statement;
  double log_weight = 0;  // ln of prior times Bayes factors
  std::string text;       // what it would be: "payment 2.4.1 (deployed 4 min before)"
  std::vector<Evidence> evidence;
  std::optional<RuledOut> ruled_out;  // set by whichever evidence speaks against it most clearly
};

// Everything that could explain the incident, in a fixed order; the last one is "none of them".
std::vector<Candidate> candidates_of(const World& world, const Incident& incident);
// Services with symptoms of this incident and whatever they call: where a cause can be.
std::set<ServiceName> reach_of(const World& world, const Incident& incident);

}  // namespace nightjar
