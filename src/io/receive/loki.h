// io/receive/loki.h
// Loki's push API: POST /loki/api/v1/push (and the older /api/prom/push). Protobuf in a snappy block, or JSON, plain or
// gzip. 204 when it is durable, also when single entries were left out (they are counted and the header
// X-Nightjar-Rejected says how many and why: a 400 would make clients drop the good ones with them); 503 to be asked
// again. X-Scope-OrgID becomes the label loki.tenant. GET /ready answers clients that ask for Loki's health first.
#pragma once

#include "io/receive/doorway.h"

namespace nightjar {

void add_loki_routes(Router& router, Doorway& doorway);

}  // namespace nightjar
