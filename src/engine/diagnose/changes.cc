#include "engine/diagnose/changes.h"

#include "base/text.h"
#include "engine/world/service_names.h"
#include "model/words.h"

namespace nightjar {
namespace {

constexpr Duration kSameChangeWithin = minutes(30);

Duration apart(const ChangeEvent& a, const ChangeEvent& b) {
  return a.started_at > b.started_at ? a.started_at - b.started_at : b.started_at - a.started_at;
}

// Many tools know only the commit they deployed, and instances tell another name of the same version.
bool names_only_commit(const World& world, const ChangeEvent& event) {
  if (event.kind != ChangeKind::deploy || event.service.empty()) return false;
  if (event.version.empty()) return true;
  const auto service = world.services.find(event.service);
  return event.version == event.commit &&
         (service == world.services.end() || !service->second.versions.contains(event.version));
}

// The record this message speaks of: by key, else another source's word on the same service and version. A deploy that
// names only a commit is the one of that commit, or the one whose version has just begun to serve.
Change* find_change(World& world, const ChangeEvent& event) {
  for (auto& [id, change] : world.changes)
    if (change.event.key == event.key) return &change;
  if (event.service.empty() || event.caused_by) return nullptr;
  const bool only_commit = names_only_commit(world, event);
  for (auto& [id, change] : world.changes) {
    const ChangeEvent& known = change.event;
    if (known.service != event.service || known.source == event.source || apart(known, event) >= kSameChangeWithin)
      continue;
    // A tag that was pushed is not the deploy that follows it.
    if ((known.kind == ChangeKind::push) != (event.kind == ChangeKind::push)) continue;
    const bool same_version = !event.version.empty() && known.version == event.version;
    const bool same_commit = only_commit && !event.commit.empty() && known.commit == event.commit;
    if (same_version || same_commit || (only_commit && known.source == ChangeSource::observed)) return &change;
  }
  return nullptr;
}

void take_if_empty(std::string& known, const std::string& said) {
  if (known.empty()) known = said;
}

void merge(ChangeEvent& known, const ChangeEvent& said) {
  // What a tool says outranks what was merely observed, and its key finds its next message.
  if (known.source == ChangeSource::observed && said.source != ChangeSource::observed)
    known.source = said.source, known.key = said.key;
  if (said.source != ChangeSource::observed && said.status != ChangeStatus::running) known.status = said.status;
  if (said.finished_at) known.finished_at = said.finished_at;
  known.started_at = std::min(known.started_at, said.started_at);
  if (said.caused_by) known.caused_by = said.caused_by;
  if (known.service.empty()) known.service = said.service;
  take_if_empty(known.application, said.application);
  take_if_empty(known.version, said.version);
  take_if_empty(known.previous_version, said.previous_version);
  take_if_empty(known.commit, said.commit);
  take_if_empty(known.repository, said.repository);
  take_if_empty(known.author, said.author);
  take_if_empty(known.environment, said.environment);
  take_if_empty(known.url, said.url);
  take_if_empty(known.title, said.title);
}

// The version that served most recently before this one.
std::string serving_before(const World& world, const ChangeEvent& event) {
  const auto service = world.services.find(event.service);
  if (service == world.services.end()) return {};
  std::string previous;
  Timestamp newest;
  for (const auto& [instance, seen] : service->second.instances)
    if (seen.version != event.version && seen.last >= newest) previous = seen.version, newest = seen.last;
  return previous;
}

// The message's own word first, then the names that the operator wrote down, then what serves traffic.
ServiceName service_of(const World& world, const ChangeEvent& said) {
  if (said.service.empty()) return service_behind(world, said.application, said.repository);
  const ServiceName named = world.resolve(said.service);
  if (world.services.contains(named)) return named;
  const ServiceName behind = service_behind(world, said.service.value, {});
  return behind.empty() ? named : behind;
}

// The newest announced deploy of this service that a version without an announcement can belong to.
Change* deploy_by_commit(World& world, const ServiceName& service, Timestamp at) {
  Change* newest = nullptr;
  for (auto& [id, change] : world.changes) {
    const ChangeEvent& event = change.event;
    if (event.service != service || event.status == ChangeStatus::failed || !names_only_commit(world, event) ||
        event.started_at > at + minutes(1) || at - event.started_at >= kSameChangeWithin)
      continue;
    if (newest == nullptr || event.started_at >= newest->event.started_at) newest = &change;
  }
  return newest;
}

}  // namespace

void take_change(World& world, const ChangeEvent& said) {
  ChangeEvent event = said;
  event.service = service_of(world, said);
  if (Change* known = find_change(world, event)) {
    merge(known->event, event);
    world.touched_changes.insert(known->id);
    return;
  }
  Change change;
  change.id = world.ids.next<ChangeId>();
  change.event = event;
  if (change.event.previous_version.empty()) change.event.previous_version = serving_before(world, event);
  // A push is context, not something that serves; our own roll-back is judged by its verification.
  if (event.kind == ChangeKind::push || event.caused_by) change.watch.verdict = WatchVerdict::inconclusive;
  world.touched_changes.insert(change.id);
  world.changes.emplace(change.id, std::move(change));
}

void notice_new_versions(World& world, const WindowRollups& rollups) {
  for (const RequestRollup& request : rollups.requests) {
    const auto found = world.services.find(request.key.service);
    if (found == world.services.end() || request.key.version.empty()) continue;
    const Service& service = found->second;
    const auto version = service.versions.find(request.key.version);
    if (version == service.versions.end() || version->second != rollups.window.start) continue;  // not new now
    if (rollups.window.start - service.first_seen < minutes(1)) continue;  // it is only being introduced
    const bool announced = std::any_of(world.changes.begin(), world.changes.end(), [&](const auto& entry) {
      const ChangeEvent& event = entry.second.event;
      return event.service == request.key.service && event.version == request.key.version &&
             event.kind != ChangeKind::push && rollups.window.start - event.started_at < kSameChangeWithin;
    });
    if (announced) continue;
    if (Change* deploy = deploy_by_commit(world, request.key.service, rollups.window.start)) {
      deploy->event.version = request.key.version;
      if (deploy->event.previous_version.empty()) deploy->event.previous_version = serving_before(world, deploy->event);
      world.touched_changes.insert(deploy->id);
      continue;
    }
    ChangeEvent event;
    event.key =
        fmt::format("observed {}@{} {}", request.key.service.value, request.key.version, rollups.window.start.ns);
    event.source = ChangeSource::observed;
    event.service = request.key.service;
    event.version = request.key.version;
    event.environment = world.config.environment;
    event.started_at = rollups.window.start;
    take_change(world, event);
  }
}

}  // namespace nightjar
