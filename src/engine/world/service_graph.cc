#include "engine/world/service_graph.h"

#include <cmath>

namespace nightjar {
namespace {

std::set<ServiceName> reachable(const std::map<ServiceName, std::set<ServiceName>>& steps, const ServiceName& from) {
  std::set<ServiceName> seen{from};
  std::vector<ServiceName> open{from};
  while (!open.empty()) {
    const ServiceName here = open.back();
    open.pop_back();
    if (const auto next = steps.find(here); next != steps.end())
      for (const ServiceName& service : next->second)
        if (seen.insert(service).second) open.push_back(service);
  }
  return seen;
}

std::set<ServiceName> of(const std::map<ServiceName, std::set<ServiceName>>& steps, const ServiceName& from) {
  const auto found = steps.find(from);
  return found == steps.end() ? std::set<ServiceName>{} : found->second;
}

}  // namespace

void ServiceGraph::add(const DependencyKey& key, const DependencyCounts& counts, Timestamp at) {
  auto [seen, fresh] = dependencies_.try_emplace(key);
  if (fresh) seen->second.first = at;
  seen->second.last = at;
  seen->second.calls += counts.calls;
  if (!fresh) return;
  neighbours_[key.caller].insert(key.callee);
  neighbours_[key.callee].insert(key.caller);
  callees_[key.caller].insert(key.callee);
  callers_[key.callee].insert(key.caller);
}

std::set<ServiceName> ServiceGraph::callees(const ServiceName& service) const { return of(callees_, service); }
std::set<ServiceName> ServiceGraph::callers(const ServiceName& service) const { return of(callers_, service); }
std::set<ServiceName> ServiceGraph::downstream(const ServiceName& service) const {
  return reachable(callees_, service);
}
std::set<ServiceName> ServiceGraph::upstream(const ServiceName& service) const { return reachable(callers_, service); }

std::set<ServiceName> ServiceGraph::edges() const {
  std::set<ServiceName> found;
  for (const auto& [service, callees] : callees_)
    if (!callers_.contains(service)) found.insert(service);
  return found;
}

std::map<ServiceName, double> ServiceGraph::distances_from(const ServiceName& from, double radius) const {
  // Dijkstra over a set: ties are visited in name order, so the result cannot depend on a hash.
  std::map<ServiceName, double> done;
  std::set<std::pair<double, ServiceName>> open{{0.0, from}};
  while (!open.empty()) {
    const auto [cost, here] = *open.begin();
    open.erase(open.begin());
    if (cost > radius || !done.try_emplace(here, cost).second) continue;
    const auto next = neighbours_.find(here);
    if (next == neighbours_.end()) continue;
    const auto degree = static_cast<double>(next->second.size());
    // The first step leaves `from` itself, which is not passed through.
    const double step = here == from ? 1.0 : 1.0 + std::max(0.0, std::log2(degree / 8.0));
    for (const ServiceName& service : next->second)
      if (!done.contains(service)) open.emplace(cost + step, service);
  }
  return done;
}

std::optional<double> ServiceGraph::distance(const ServiceName& a, const ServiceName& b, double radius) const {
  if (!knows(a) || !knows(b)) return std::nullopt;
  const auto distances = distances_from(a, radius);
  const auto found = distances.find(b);
  return found == distances.end() ? std::nullopt : std::optional(found->second);
}

double ServiceGraph::share_at(const ServiceName& from, int d) const {
  if (neighbours_.empty()) return 1;
  std::size_t within = 0;
  for (const auto& [service, cost] : distances_from(from, 4.5))
    if (static_cast<int>(std::lround(cost)) == d) ++within;
  return static_cast<double>(within) / static_cast<double>(neighbours_.size());
}

}  // namespace nightjar
