#include "base/text.h"
#include "engine/diagnose/evidence_kinds.h"

namespace nightjar {

// An instance that served and has stopped while its siblings are still called. One that still serves is ruled out.
void weigh_instance(const World& world, const Incident& incident, std::vector<Candidate>& candidates) {
  for (Candidate& candidate : candidates) {
    if (candidate.kind != CauseKind::instance) continue;
    const auto service = world.services.find(candidate.service);
    if (service == world.services.end()) continue;
    const InstanceSeen& seen = service->second.instances.at(candidate.instance);
    const Duration silent = world.history.end() - (seen.last + world.config.window);
    if (silent < world.config.window * 2) {
      candidate.log_weight -= 5;
      candidate.ruled_out = RuledOut{
          CauseKind::instance, candidate.service,      seen.version,
          std::nullopt,        RuledOutReason::normal, fmt::format("{}: it serves again", candidate.instance.value)};
      continue;
    }
    const auto siblings =
        world.history.requests({.service = candidate.service}, {seen.last + world.config.window, world.now});
    Evidence evidence;
    evidence.kind = EvidenceKind::instance_silent;
    evidence.text =
        fmt::format("{} has served nothing for {}; the other instances of {} served {} requests in that time",
                    candidate.instance.value, for_people(silent), candidate.service.value, siblings.requests);
    evidence.weight = siblings.requests > 0 ? 8 : 4;
    evidence.series = SeriesKey{candidate.service, {}, candidate.instance, Measure::requests, {}};
    evidence.window = {std::min(incident.onset, seen.last), world.now};
    candidate.log_weight += evidence.weight;
    candidate.evidence.push_back(std::move(evidence));
  }
}

}  // namespace nightjar
