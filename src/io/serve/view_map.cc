#include <nlohmann/json.hpp>

#include "io/serve/views.h"
#include "wire/json/api_json.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;
using Dependencies = std::map<DependencyKey, DependencyCounts>;

// The shortest way along calls; of equally short ones the first by name. Empty: there is none.
std::vector<ServiceName> way(const Dependencies& dependencies, const ServiceName& from, const ServiceName& to) {
  std::map<ServiceName, ServiceName> came_from{{from, {}}};
  std::vector<ServiceName> edge{from};
  while (!edge.empty() && !came_from.contains(to)) {
    std::vector<ServiceName> next;
    for (const ServiceName& caller : edge) {
      for (auto call = dependencies.lower_bound({caller, {}, {}});
           call != dependencies.end() && call->first.caller == caller; ++call) {
        if (came_from.emplace(call->first.callee, caller).second) next.push_back(call->first.callee);
      }
    }
    edge = std::move(next);
  }
  std::vector<ServiceName> path;
  if (!came_from.contains(to)) return path;
  for (ServiceName at = to; !at.empty(); at = came_from.at(at)) path.insert(path.begin(), at);
  return path;
}

std::vector<ServiceName> entries(const Dependencies& dependencies) {
  std::set<ServiceName> callers, callees;
  for (const auto& [key, counts] : dependencies) {
    callers.insert(key.caller);
    callees.insert(key.callee);
  }
  std::vector<ServiceName> result;
  std::set_difference(callers.begin(), callers.end(), callees.begin(), callees.end(), std::back_inserter(result));
  return result;
}

std::vector<ServiceName> incident_path(const std::vector<Incident>& open, const Dependencies& dependencies) {
  const auto gravest = std::max_element(open.begin(), open.end(),
                                        [](const Incident& a, const Incident& b) { return a.severity < b.severity; });
  if (gravest == open.end()) return {};
  const bool named = !gravest->findings.empty() && !gravest->findings[0].service.empty();
  const ServiceName& cause = named ? gravest->findings[0].service : gravest->service;
  if (cause.empty()) return {};
  std::vector<ServiceName> starts;
  for (const std::string& endpoint : gravest->hurt.endpoints) {  // "gateway POST /checkout"
    starts.push_back({endpoint.substr(0, endpoint.find(' '))});
  }
  for (ServiceName& entry : entries(dependencies)) starts.push_back(std::move(entry));
  for (const ServiceName& start : starts) {
    auto path = way(dependencies, start, cause);
    if (!path.empty()) return path;
  }
  return {cause};
}

struct Node {
  std::string_view kind = "service", health = "ok";
  double requests_per_second = 0;
};

std::string_view node_kind(DependencyKind kind) {
  switch (kind) {
    case DependencyKind::http:
    case DependencyKind::grpc:
      return "service";
    case DependencyKind::database:
      return "database";
    case DependencyKind::messaging:
    case DependencyKind::external:
      return "external";
  }
  return "service";
}

}  // namespace

absl::StatusOr<Json> view_map(const ApiSources& sources) {
  auto standings = read_standings(sources);
  if (!standings.ok()) return standings.status();
  auto dependencies = sources.rollups.dependencies(standings->recent);
  if (!dependencies.ok()) return dependencies.status();

  std::map<ServiceName, Node> nodes;
  for (const auto& [service, activity] : standings->services) {
    auto expected = sources.rollups.expected_now(service);
    if (!expected.ok()) return expected.status();
    nodes[service] = {"service", word(health_of(*standings, service, *expected)),
                      per_second(activity.counts.requests, standings->observed)};
  }
  Json calls = Json::array();
  for (const auto& [key, counts] : *dependencies) {
    calls.push_back(api_dependency(key, counts, standings->observed));
    for (const ServiceName& end : {key.caller, key.callee}) {
      if (standings->services.contains(end)) continue;
      // Only clients tell of it: what they saw is all we know.
      Node& node = nodes[end];
      if (end == key.callee) {
        node.kind = node_kind(key.kind);
        node.requests_per_second += per_second(counts.calls, standings->observed);
      }
      node.health = word(standings->ill.contains(end)        ? Health::ill
                         : standings->degraded.contains(end) ? Health::degraded
                                                             : Health::ok);
    }
  }
  Json list = Json::array(), path = Json::array();
  for (const auto& [name, node] : nodes) {
    list.push_back({{"name", name.value},
                    {"kind", node.kind},
                    {"health", node.health},
                    {"requests_per_second", node.requests_per_second}});
  }
  for (const ServiceName& step : incident_path(standings->open, *dependencies)) path.push_back(step.value);
  return Json{{"nodes", list}, {"dependencies", calls}, {"incident_path", path}};
}

}  // namespace nightjar
