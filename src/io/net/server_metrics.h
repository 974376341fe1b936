// io/net/server_metrics.h
// The counters of HTTP servers as Prometheus text, for /metrics.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "io/net/http_server.h"

namespace nightjar {

// Name and server: {"http", &api}, {"otlp_http", &otlp}.
std::string server_metrics(const std::vector<std::pair<std::string, const HttpServer*>>& servers);

}  // namespace nightjar
