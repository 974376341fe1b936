// io/receive/remote_write.h
// Prometheus remote write 1 and 2: POST /api/v1/write. 204 when all was stored; 400 after storing the good when single
// samples were not (the sender drops the request and goes on; a 5xx would make it send the bad one for ever); 415 for
// a message type we do not know, which makes a version 2 sender fall back; 503 to be asked again.
#pragma once

#include "io/receive/doorway.h"

namespace nightjar {

void add_remote_write_route(Router& router, Doorway& doorway);

}  // namespace nightjar
