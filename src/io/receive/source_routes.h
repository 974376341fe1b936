// io/receive/source_routes.h
// The senders for people: GET /api/v1/sources, and what /metrics says of how far each door's data is behind.
#pragma once

#include <string>

#include "io/net/clock.h"
#include "io/net/router.h"
#include "io/receive/doorway.h"

namespace nightjar {

// The doorway outlives the server.
void add_sources_route(Router& router, const Doorway& doorway);
std::string source_metrics(const Doorway& doorway);

}  // namespace nightjar
