// engine/diagnose/changes.h
// Keeps world.changes: several messages about one change become one record. Called by DecisionEngine on its thread.
#pragma once

#include "engine/world/world.h"

namespace nightjar {

// A message of a door: in progress, then success; the same message twice changes nothing. Its service is found by what
// it names (engine/world/service_names.h); one whose service nobody knows is kept without one.
void take_change(World& world, const ChangeEvent& event);
// A version that began to serve without anybody having said so is a change too (source observed), unless a deploy that
// named only a commit was announced in the last half hour: then it is that one's version. The first minute after a
// service was first seen is its introduction, not a change.
void notice_new_versions(World& world, const WindowRollups& rollups);

}  // namespace nightjar
