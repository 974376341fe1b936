#include "engine/diagnose/candidates.h"

#include <cmath>

#include "base/text.h"
#include "engine/diagnose/words.h"
#include "model/words.h"

namespace nightjar {
namespace {

constexpr Duration kChangeWindow = hours(72);
constexpr double kHalfLifeSeconds = 2 * 3600;

// Most incidents follow a change, and mostly a recent one; "none of them" always competes, so that silence is possible.
constexpr double kPriorChange = 0.2, kPriorInstance = 0.1, kPriorService = 0.05, kPriorResource = 0.05,
                 kPriorNone = 0.3;

// Why this change cannot have to do with it, however much harm it does or did elsewhere; nullopt: it can.
std::optional<std::string> had_no_part(const World& world, const Incident& incident, const std::set<ServiceName>& reach,
                                       const ChangeEvent& event) {
  if (!reach.empty() && !reach.contains(event.service))
    return fmt::format("nothing that is ill calls {}", event.service.value);
  const auto service = world.services.find(event.service);
  if (service == world.services.end() || !service->second.versions.contains(event.version)) return std::nullopt;
  const TimeRange since{incident.onset - world.config.window, world.now};
  if (world.history.requests({.service = event.service, .version = event.version}, since).requests == 0)
    return "it has served nothing since this began";
  return std::nullopt;
}

void add_changes(const World& world, const Incident& incident, const std::set<ServiceName>& reach,
                 std::vector<Candidate>& out) {
  for (const auto& [id, change] : world.changes) {
    const ChangeEvent& event = change.event;
    if (event.kind == ChangeKind::push || event.caused_by || event.service.empty()) continue;
    // The onset is an estimate and may lie minutes early. What came after the trouble was noticed cannot be the cause;
    // what came between the two loses weight with every minute, and needs evidence of its own.
    if (event.started_at > incident.opened_at || incident.onset - event.started_at > kChangeWindow) continue;
    Candidate candidate;
    candidate.kind = CauseKind::change;
    candidate.service = event.service;
    candidate.change = id;
    const double age = std::max(0.0, (incident.onset - event.started_at).seconds());
    const double late_minutes = std::max(0.0, (event.started_at - incident.onset).seconds() / 60 - 1);
    candidate.log_weight = std::log(kPriorChange) - age / kHalfLifeSeconds * std::log(2.0) - late_minutes;
    // The onset is good to a window.
    candidate.text = event.started_at + world.config.window <= incident.onset
                         ? fmt::format("{}, deployed {} before it began", name_of(change),
                                       for_people(incident.onset - event.started_at))
                         : fmt::format("{}, deployed as it began", name_of(change));
    if (auto innocence = had_no_part(world, incident, reach, event))
      candidate.ruled_out = RuledOut{CauseKind::change,
                                     event.service,
                                     event.version,
                                     id,
                                     RuledOutReason::not_exposed,
                                     name_of(change) + ": " + *innocence};
    out.push_back(std::move(candidate));
  }
}

void add_instances(const World& world, const Incident& incident, std::vector<Candidate>& out) {
  for (const Symptom& symptom : incident.symptoms) {
    const bool down_alert = symptom.alert && !symptom.instance.empty();
    if ((symptom.kind != SymptomKind::silence && !down_alert) || symptom.instance.empty() || symptom.service.empty())
      continue;
    const auto service = world.services.find(symptom.service);
    if (service == world.services.end() || !service->second.instances.contains(symptom.instance)) continue;
    const bool known = std::any_of(out.begin(), out.end(), [&](const Candidate& c) {
      return c.kind == CauseKind::instance && c.service == symptom.service && c.instance == symptom.instance;
    });
    if (known) continue;
    Candidate candidate;
    candidate.kind = CauseKind::instance;
    candidate.service = symptom.service;
    candidate.instance = symptom.instance;
    candidate.log_weight = std::log(kPriorInstance);
    candidate.text = fmt::format("instance {} of {} serves nothing", symptom.instance.value, symptom.service.value);
    out.push_back(std::move(candidate));
  }
}

void add_services(const std::set<ServiceName>& reach, std::vector<Candidate>& out) {
  for (const ServiceName& service : reach) {
    const bool changed = std::any_of(out.begin(), out.end(), [&](const Candidate& c) {
      return c.kind == CauseKind::change && c.service == service;
    });
    if (changed) continue;  // the change is the more exact answer
    Candidate candidate;
    candidate.kind = CauseKind::dependency;
    candidate.service = service;
    candidate.log_weight = std::log(kPriorService);
    candidate.text = fmt::format("{} itself, with no known change", service.value);
    out.push_back(std::move(candidate));
  }
}

void add_resources(const Incident& incident, std::vector<Candidate>& out) {
  for (const Symptom& symptom : incident.symptoms) {
    if (symptom.kind != SymptomKind::exhaustion) continue;
    Candidate candidate;
    candidate.kind = CauseKind::saturation;
    candidate.service = symptom.service;
    candidate.instance = symptom.instance;
    candidate.log_weight = std::log(kPriorResource);
    candidate.text = symptom.text;
    out.push_back(std::move(candidate));
  }
}

}  // namespace

std::set<ServiceName> reach_of(const World& world, const Incident& incident) {
  std::set<ServiceName> reach;
  for (const Symptom& symptom : incident.symptoms) {
    if (symptom.service.empty()) continue;
    reach.merge(world.graph.downstream(symptom.service));
  }
  return reach;
}

std::vector<Candidate> candidates_of(const World& world, const Incident& incident) {
  std::vector<Candidate> candidates;
  const std::set<ServiceName> reach = reach_of(world, incident);
  add_changes(world, incident, reach, candidates);
  add_instances(world, incident, candidates);
  add_services(reach, candidates);
  add_resources(incident, candidates);
  Candidate none;
  none.log_weight = std::log(kPriorNone);
  none.text = "none of what is known";
  candidates.push_back(std::move(none));
  return candidates;
}

}  // namespace nightjar
