// engine/correlate/symptoms.h
// Everything that can be wrong, in one shape: anomalies of the lanes, alerts of other tools, harmful changes, budget
// burn, exhaustion. Called by DecisionEngine on its thread; reads the World, keeps nothing. A symptom's fingerprint
// says "the same trouble again".
#pragma once

#include <vector>

#include "engine/world/world.h"

namespace nightjar {

std::vector<Symptom> symptoms_of_window(const World& world);  // anomalies, forecasts, burn of world.judgement
std::vector<Symptom> symptoms_of_alerts(const World& world, const std::vector<Alert>& alerts);
std::vector<Symptom> symptoms_of_changes(const World& world);  // changes whose verdict is harmful

// Whether this symptom alone may open an incident (and so reach people). The others are evidence: they join what is
// open near them, or wait for it.
bool opens_incident(const Symptom& symptom);

}  // namespace nightjar
