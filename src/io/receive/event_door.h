// io/receive/event_door.h
// POST /api/v1/events/{source}: what any tool posts, made into changes or alerts by the mapping that nightjar.yaml has
// for it (wire/mapping). A body that fits none is kept whole and tried again with
//
//   POST /api/v1/refused/{id}/redrive     202 taken, 404 not kept (any more), 400 it still fits nothing
//
// once the mapping is right. What was taken before comes to the same change or alert again, and is one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "io/net/router.h"
#include "io/receive/doorway.h"
#include "io/receive/kept_bodies.h"
#include "wire/mapping/mapping.h"

namespace nightjar {

// The doorway and `kept` outlive the server.
void add_event_routes(Router& router, Doorway& doorway, EventSources sources, KeptBodies& kept);

}  // namespace nightjar
