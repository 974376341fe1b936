// io/receive/otlp_http.h
// OTLP/HTTP: POST /v1/traces, /v1/metrics, /v1/logs; protobuf and JSON; gzip, zstd or plain. Its own port (4318).
// Answers 200 with a partial_success when single items were left out; errors as google.rpc.Status in the request's
// format. Source: OTLP specification 1.x, "OTLP/HTTP".
#pragma once

#include "io/receive/doorway.h"

namespace nightjar {

void add_otlp_http_routes(Router& router, Doorway& doorway);

}  // namespace nightjar
