#include "engine/diagnose/diagnose.h"

#include <cmath>

#include "base/text.h"
#include "engine/diagnose/evidence_kinds.h"
#include "engine/diagnose/words.h"
#include "engine/world/slow_requests.h"
#include "model/words.h"

namespace nightjar {
namespace {

struct EvidenceStage {
  const char* name;
  Weigh weigh;
};

// To reorder the diagnosis, reorder these lines.
constexpr EvidenceStage kEvidenceKinds[] = {
    {"change", weigh_change},          // what was deployed, and only its instances are ill
    {"statement", weigh_statement},    // what the database was asked to do
    {"instance", weigh_instance},      // who stopped answering
    {"dependency", weigh_dependency},  // who fails by its own fault, who only passes it on
    {"saturation", weigh_saturation},  // what runs full
};

constexpr double kConfident = 0.5;  // a cause is named in the title when it is more likely than all others together

Finding to_finding(const World& world, Candidate& candidate, double posterior) {
  Finding finding;
  finding.kind = candidate.kind;
  finding.service = candidate.service;
  finding.instance = candidate.instance;
  finding.change = candidate.change;
  finding.statement = candidate.statement;
  finding.confidence = posterior;
  finding.text = candidate.text;
  finding.evidence = std::move(candidate.evidence);
  if (candidate.change) {
    const ChangeEvent& event = world.changes.at(*candidate.change).event;
    finding.version = event.version;
    finding.commit = event.commit;
    if (candidate.statement)
      finding.text =
          fmt::format("{} {}: {} statement on {}, {} ms a call, from {}", event.service.value, event.version,
                      candidate.statement->new_in_version.empty() ? "slower" : "new", candidate.statement->table,
                      three_digits(candidate.statement->mean_ms), candidate.statement->endpoint);
  }
  return finding;
}

struct EndpointHurt {
  std::uint64_t failed = 0, slow = 0;
  std::string endpoint;
};

// One operation of an edge: failures above what was usual, and slow requests when they are clearly more than usual.
EndpointHurt hurt_at(const RequestCounts& during, const RequestCounts& before, const std::int64_t* slow_limit_ns) {
  EndpointHurt hurt;
  const auto requests = static_cast<double>(during.requests);
  const double usual =
      before.requests == 0 ? 0 : static_cast<double>(before.errors) / static_cast<double>(before.requests);
  const double excess = static_cast<double>(during.errors) - usual * requests;
  // Two standard deviations of a count: three more than usual of 700 is any other day.
  if (excess >= 1 + 2 * std::sqrt(usual * requests)) hurt.failed = static_cast<std::uint64_t>(std::round(excess));
  if (slow_limit_ns == nullptr) return hurt;
  const std::uint64_t longer = during.durations.longer_than(*slow_limit_ns);
  if (static_cast<double>(longer) > 0.03 * requests + 5) hurt.slow = longer;  // 1 % are longer on any day
  return hurt;
}

// What users felt: at the services nobody calls, above what was usual in the half hour before. Worst endpoint first.
Hurt hurt_of(const World& world, const Incident& incident) {
  Hurt hurt;
  std::vector<EndpointHurt> endpoints;
  const auto above = incident.service.empty() ? std::set<ServiceName>{} : world.graph.upstream(incident.service);
  for (const ServiceName& edge : world.graph.edges()) {
    if (!above.empty() && !above.contains(edge)) continue;
    const SlowLimits limits = slow_limits(world.history, edge, {incident.onset - minutes(30), incident.onset});
    std::map<std::string, RequestCounts> during, before;
    world.history.for_each({incident.onset - minutes(30), world.now}, [&](const WindowRollups& rollups) {
      for (const RequestRollup& request : rollups.requests)
        if (request.key.service == edge)
          (rollups.window.start >= incident.onset ? during : before)[request.key.operation].add(request.counts);
    });
    for (const auto& [operation, counts] : during) {
      hurt.requests += counts.requests;
      const auto limit = limits.find(operation);
      EndpointHurt here = hurt_at(counts, before[operation], limit == limits.end() ? nullptr : &limit->second);
      if (here.failed == 0 && here.slow == 0) continue;
      here.endpoint = fmt::format("{} {}", edge.value, operation);
      hurt.requests_failed += here.failed;
      hurt.requests_slow += here.slow;
      endpoints.push_back(std::move(here));
    }
  }
  std::stable_sort(endpoints.begin(), endpoints.end(),
                   [](const EndpointHurt& a, const EndpointHurt& b) { return a.failed + a.slow > b.failed + b.slow; });
  for (EndpointHurt& here : endpoints) hurt.endpoints.push_back(std::move(here.endpoint));
  return hurt;
}

std::string sentence_of(const World& world, const Incident& incident) {
  const auto clock = [](Timestamp at) { return to_rfc3339(at).substr(11, 8); };
  std::string text;
  if (incident.service.empty())
    text = cut(incident.symptoms.front().text, 120);
  else if (incident.resolved_at)
    text = fmt::format("{} was ill from {} to {}", incident.service.value, clock(incident.onset),
                       clock(*incident.resolved_at));
  else
    text = fmt::format("{} is ill since {}", incident.service.value, clock(incident.onset));
  if (!incident.findings.empty() && incident.findings.front().kind == CauseKind::saturation &&
      incident.findings.front().confidence >= kConfident)
    text = incident.findings.front().text;  // nobody is ill yet
  if (!incident.findings.empty() && incident.findings.front().kind == CauseKind::change &&
      incident.findings.front().confidence >= kConfident)
    text = world.changes.at(*incident.findings.front().change).watch.text +
           fmt::format(", since {}", clock(incident.onset));
  const Hurt& hurt = incident.hurt;
  if (hurt.requests_failed > 0) text += fmt::format("; {} requests of users failed", hurt.requests_failed);
  if (hurt.requests_slow > 0)
    text += fmt::format("{}{} {} slow", hurt.requests_failed > 0 ? " and " : "; ", hurt.requests_slow,
                        hurt.requests_failed > 0 ? "were" : "requests of users were");
  if (hurt.requests_failed > 0 || hurt.requests_slow > 0)
    text += fmt::format(" at {}", hurt.endpoints.empty() ? "the edge" : hurt.endpoints.front());
  else
    text += "; users' requests fail and wait no more than usual";
  return text;
}

std::string title_of(const Finding& best, const Change& change) {
  return fmt::format("{} {} {}: {}", best.service.value, best.version,
                     change.watch.verdict == WatchVerdict::harmful ? "does harm" : "is suspected",
                     best.statement ? "a slow statement" : change.watch.measure);
}

void name_cause(World& world, Incident& incident, const std::optional<Finding>& previous) {
  if (incident.findings.empty()) return;
  const Finding& best = incident.findings.front();
  if (best.kind == CauseKind::none || best.confidence < kConfident) return;
  incident.service = best.service;
  incident.title =
      cut(best.kind == CauseKind::change ? title_of(best, world.changes.at(*best.change)) : best.text, 140);
  const bool same = previous && previous->kind == best.kind && previous->service == best.service &&
                    previous->change == best.change && previous->confidence >= kConfident &&
                    previous->statement.has_value() == best.statement.has_value();
  if (!same)
    world.note(incident.id, TimelineKind::finding,
               fmt::format("cause named, confidence {}: {}", certainty(best.confidence), best.text),
               best.change ? to_string(*best.change) : std::string());
}

}  // namespace

void tell_again(World& world, Incident& incident) {
  if (incident.symptoms.empty()) return;
  incident.hurt = hurt_of(world, incident);
  incident.sentence = sentence_of(world, incident);
  world.touched_incidents.insert(incident.id);
}

void diagnose(World& world, Incident& incident) {
  std::vector<Candidate> candidates = candidates_of(world, incident);
  for (const EvidenceStage& stage : kEvidenceKinds) stage.weigh(world, incident, candidates);

  double heaviest = candidates.front().log_weight;
  for (const Candidate& candidate : candidates) heaviest = std::max(heaviest, candidate.log_weight);
  double total = 0;
  for (const Candidate& candidate : candidates) total += std::exp(candidate.log_weight - heaviest);
  // Equal weights keep candidate order, which is fixed: ties cannot depend on chance.
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.log_weight > b.log_weight; });

  const std::optional<Finding> previous =
      incident.findings.empty() ? std::nullopt : std::optional(incident.findings.front());
  incident.findings.clear();
  incident.ruled_out.clear();
  for (Candidate& candidate : candidates) {
    const double posterior = std::exp(candidate.log_weight - heaviest) / total;
    if (candidate.ruled_out && posterior < kConfident) {
      incident.ruled_out.push_back(std::move(*candidate.ruled_out));
    } else if (incident.findings.size() < 5 && posterior >= 0.01) {
      incident.findings.push_back(to_finding(world, candidate, posterior));
    }
  }
  name_cause(world, incident, previous);
  incident.updated_at = world.now;
  tell_again(world, incident);
}

}  // namespace nightjar
