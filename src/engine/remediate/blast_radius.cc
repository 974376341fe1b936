#include "engine/remediate/blast_radius.h"

#include "base/text.h"

namespace nightjar {
namespace {

// One instance at a time: the share of capacity that is touched in one step.
double exposure_of(const World& world, const ServiceName& service) {
  const auto found = world.services.find(service);
  if (found == world.services.end()) return 1;
  const Timestamp recent = world.history.end() - minutes(5);
  const auto serving = std::count_if(found->second.instances.begin(), found->second.instances.end(),
                                     [&](const auto& entry) { return entry.second.last >= recent; });
  return serving <= 1 ? 1.0 : 1.0 / static_cast<double>(serving);
}

// Calls into the service over requests of users, as the last hour's traces show; 1 when users call it directly.
double reach_of_service(const World& world, const ServiceName& service) {
  const auto edges = world.graph.edges();
  if (edges.empty() || edges.contains(service)) return 1;
  std::uint64_t users = 0, calls = 0;
  world.history.for_each({world.history.begin(), world.now}, [&](const WindowRollups& rollups) {
    for (const RequestRollup& request : rollups.requests) {
      if (edges.contains(request.key.service)) users += request.counts.requests;
      if (request.key.service == service) calls += request.counts.requests;
    }
  });
  return users == 0 ? 1 : std::min(1.0, static_cast<double>(calls) / static_cast<double>(users));
}

// Mean of P(undo works) with a uniform prior and what undoing this kind of action has shown; without an undo plan 0.1.
double irreversibility_of(const World& world, const Action& action) {
  if (action.undo.empty()) return 0.9;
  double worked = 1, tried = 2;
  for (const auto& [id, past] : world.actions) {
    if (past.kind != action.kind) continue;
    if (past.state == ActionState::undone) ++worked, ++tried;
    if (past.state == ActionState::failed && past.verification) ++tried;
  }
  return 1 - worked / tried;
}

}  // namespace

BlastRadius blast_radius(const World& world, const Action& action, double confidence) {
  BlastRadius blast;
  blast.exposure = exposure_of(world, action.service);
  blast.reach = reach_of_service(world, action.service);
  blast.tier = world.tier_of(action.service);
  blast.irreversibility = irreversibility_of(world, action);
  blast.uncertainty = 1 - confidence;
  blast.score = 100 * blast.tier *
                (0.45 * blast.reach * blast.exposure + 0.35 * blast.irreversibility + 0.20 * blast.uncertainty);
  blast.text = fmt::format(
      "touches {} of {}'s capacity at a time, which {} of users' requests go through; tier {}; undo not proved "
      "to work with probability {}; cause uncertain with {}",
      percent(blast.exposure), action.service.value, percent(blast.reach), three_digits(blast.tier),
      percent(blast.irreversibility), percent(blast.uncertainty));
  return blast;
}

}  // namespace nightjar
