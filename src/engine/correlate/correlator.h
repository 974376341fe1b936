// engine/correlate/correlator.h
// Symptoms -> Incidents. The same trouble again updates in place; what fits an open incident joins it, with the addends
// of its score kept; what may open an incident opens one; the rest waits ten minutes for something to join. Called by
// DecisionEngine on its thread.
#pragma once

#include <map>
#include <vector>

#include "engine/correlate/join_score.h"
#include "engine/world/world.h"

namespace nightjar {

class Correlator {
 public:
  // Takes them in order; each is updated, joined, opened or kept waiting. Symptoms with open=false end the one they
  // name.
  void take(World& world, std::vector<Symptom> symptoms);
  // Resolves incidents whose symptoms have all ended and stayed away (2 min; twice as long after each return, at most
  // an hour), or that nothing has confirmed for `quiet`. Called once a window.
  void resolve_quiet(World& world);

  template <class Archive>
  void carry(Archive& archive) {
    archive(activity_, waiting_);
  }

 private:
  static constexpr Duration waiting_time = minutes(10);
  static constexpr Duration quiet = seconds(600);
  static constexpr std::size_t waiting_cap = 2000, symptoms_cap = 1000;

  bool update_known(World& world, const Symptom& symptom);
  Incident* best_incident(World& world, Symptom& symptom);
  void open(World& world, Symptom symptom);
  void attach(World& world, Incident& incident, Symptom symptom);
  void attach_waiting(World& world, Incident& incident);
  void confirm(const World& world, IncidentId id);

  JoinSettings settings_;
  std::map<IncidentId, Activity> activity_;
  std::vector<Symptom> waiting_;  // oldest first
};

}  // namespace nightjar
