// engine/diagnose/diagnose.h
// Why: candidates, evidence of several kinds, and a posterior over all of them including "none". The same incident and
// World give the same answer; "no confident cause" is an answer. Called by DecisionEngine for each open incident when a
// window closes.
#pragma once

#include "engine/world/world.h"

namespace nightjar {

// Fills findings, ruled_out, hurt, service, title and sentence. Notes in the timeline when the named cause is new.
void diagnose(World& world, Incident& incident);
// Counts once more who was hurt and says so in the sentence, with the findings as they are: for an incident that is
// over.
void tell_again(World& world, Incident& incident);

}  // namespace nightjar
