// io/serve/api.h
// The reading side of the HTTP API (docs/api/openapi.yaml): night, incidents, services, map, changes, actions,
// notifications, stream, health and metrics. Each answer is made on the reading pool from records and rollups; nothing
// here changes anything. Commands: io/serve/commands.h. The console's files: io/serve/console.h.
#pragma once

#include "io/net/router.h"
#include "io/serve/api_sources.h"

namespace nightjar {

// What `sources` refers to outlives the server; `sources` itself is copied.
void add_api_routes(Router& router, ApiSources sources);

}  // namespace nightjar
