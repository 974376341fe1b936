#include "engine/world/world.h"

namespace nightjar {

double World::tier_of(const ServiceName& service) const {
  for (const ServiceConfig& known : config.services)
    if (known.service == service || known.service.value == short_name(service)) return known.tier;
  return 0.5;
}

ServiceName World::resolve(const ServiceName& said) const {
  if (said.empty() || services.contains(said)) return said;
  const ServiceName* only = nullptr;
  for (const auto& [name, service] : services) {
    if (short_name(name) != said.value) continue;
    if (only != nullptr) return said;  // two of that name: it is not for us to guess
    only = &name;
  }
  return only == nullptr ? said : *only;
}

const Change* World::change(ChangeId id) const {
  const auto found = changes.find(id);
  return found == changes.end() ? nullptr : &found->second;
}

void World::note(IncidentId id, TimelineKind kind, std::string text, std::string ref) {
  const auto found = incidents.find(id);
  if (found == incidents.end()) return;
  auto& timeline = found->second.timeline;
  // A storm must not make one incident grow without bound; its beginning and its end are what people read.
  if (timeline.size() >= 500) timeline.erase(timeline.begin() + 100);
  timeline.push_back({now, kind, std::move(text), std::move(ref)});
  found->second.updated_at = now;
  touched_incidents.insert(id);
}

void record_window(World& world, const WindowRollups& rollups) {
  const Timestamp at = rollups.window.start;
  for (const RequestRollup& request : rollups.requests) {
    Service& service = world.services[request.key.service];
    if (service.name.empty()) service.name = request.key.service, service.first_seen = at;
    service.last_seen = at;
    service.versions.try_emplace(request.key.version, at);
    auto [instance, fresh] = service.instances.try_emplace(request.key.instance);
    if (fresh) instance->second.first = at;
    instance->second.version = request.key.version;
    instance->second.last = at;
  }
  for (const DependencyRollup& dependency : rollups.dependencies)
    world.graph.add(dependency.key, dependency.counts, at);
  world.history.add(rollups);
}

}  // namespace nightjar
