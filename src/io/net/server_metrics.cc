#include "io/net/server_metrics.h"

#include "io/net/metrics_text.h"

namespace nightjar {

std::string server_metrics(const std::vector<std::pair<std::string, const HttpServer*>>& servers) {
  MetricsText text;
  const auto each = [&](std::uint64_t HttpServerCounts::*count) {
    for (const auto& [name, server] : servers)
      text.value(static_cast<double>(server->counts().*count), {{"server", name}});
  };
  text.gauge("nightjar_http_connections", "Connections open now.");
  each(&HttpServerCounts::connections);
  text.counter("nightjar_http_connections_accepted_total", "Connections accepted.");
  each(&HttpServerCounts::accepted);
  text.counter("nightjar_http_connections_refused_total", "Connections closed at once because too many were open.");
  each(&HttpServerCounts::refused_connections);
  text.counter("nightjar_http_requests_total", "Requests whose headers were read.");
  each(&HttpServerCounts::requests);
  text.counter("nightjar_http_timeouts_total", "Connections closed because headers or body came too slowly.");
  each(&HttpServerCounts::timeouts);
  text.counter("nightjar_http_broken_total", "Requests that were not HTTP.");
  each(&HttpServerCounts::broken);
  text.counter("nightjar_http_refused_bodies_total", "Requests refused before their body was read.");
  each(&HttpServerCounts::refused_bodies);
  return text.text();
}

}  // namespace nightjar
