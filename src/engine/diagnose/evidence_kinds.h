// engine/diagnose/evidence_kinds.h
// The kinds of evidence, one file each. Each looks at every candidate of one incident, multiplies its weight by a Bayes
// factor (adds its logarithm), keeps the numbers as Evidence, and may rule a candidate out. Pure functions of the
// World.
#pragma once

#include <vector>

#include "engine/diagnose/candidates.h"

namespace nightjar {

using Weigh = void (*)(const World& world, const Incident& incident, std::vector<Candidate>& candidates);

void weigh_change(const World& world, const Incident& incident,
                  std::vector<Candidate>& candidates);  // the watch's e-value
void weigh_dependency(const World& world, const Incident& incident,
                      std::vector<Candidate>& candidates);  // own errors, callees
void weigh_instance(const World& world, const Incident& incident,
                    std::vector<Candidate>& candidates);  // who went silent
void weigh_saturation(const World& world, const Incident& incident,
                      std::vector<Candidate>& candidates);  // what fills up
void weigh_statement(const World& world, const Incident& incident,
                     std::vector<Candidate>& candidates);  // new or slow SQL

}  // namespace nightjar
