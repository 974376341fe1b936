#include "engine/correlate/join_score.h"

#include <cmath>

#include "base/text.h"

namespace nightjar {
namespace {

// P(distance | same incident) for 0..4 hops, and beyond. Measured on grouped faults with a known graph; see
// docs/decisions.md.
constexpr double kSameAtDistance[] = {.38, .27, .20, .09, .058};
constexpr double kSameBeyond = .002;

JoinReason time_term(const Activity& activity, const Symptom& symptom, const JoinSettings& settings) {
  const double dt = std::max(0.0, (symptom.at - activity.last).seconds());
  const double count =
      std::min(settings.count_cap, std::max(1.0, activity.decayed_count * std::exp(-dt / settings.tau_seconds)));
  const double value =
      std::log(.9 * count / settings.tau_seconds / settings.new_per_second) - dt / settings.tau_seconds;
  return {JoinTerm::time, value, fmt::format("{} after its last sign", for_people(symptom.at - activity.last))};
}

// The nearest symptom counts: an incident is as wide as what belongs to it.
JoinReason topology_term(const World& world, const Incident& incident, const Symptom& symptom) {
  if (symptom.service.empty() || !world.graph.knows(symptom.service))
    return {JoinTerm::topology, 0, "its service is not on the map"};
  std::optional<double> nearest;
  ServiceName nearest_service;
  for (const Symptom& known : incident.symptoms) {
    if (known.service.empty()) continue;
    const auto distance =
        known.service == symptom.service ? std::optional(0.0) : world.graph.distance(known.service, symptom.service);
    if (distance && (!nearest || *distance < *nearest)) nearest = distance, nearest_service = known.service;
  }
  if (!nearest) return {JoinTerm::topology, std::log(kSameBeyond / .5), "no path to anything in it"};
  const int hops = static_cast<int>(std::lround(*nearest));
  const double same = hops <= 4 ? kSameAtDistance[hops] : kSameBeyond;
  // Small maps: the share of the graph at that distance is large, so being near says little; as it should.
  const double random =
      std::max(world.graph.share_at(symptom.service, hops), 1.0 / static_cast<double>(world.graph.size() + 1));
  const double value = std::clamp(std::log(same / random), -7.0, 4.0);
  return {JoinTerm::topology, value,
          hops == 0 ? fmt::format("same service, {}", nearest_service.value)
                    : fmt::format("{} hop{} from {}", hops, hops == 1 ? "" : "s", nearest_service.value)};
}

JoinReason label_term(const Incident& incident, const Symptom& symptom) {
  if (symptom.label.empty()) return {JoinTerm::label, 0, "no cluster label"};
  std::size_t labelled = 0, equal = 0;
  for (const Symptom& known : incident.symptoms) {
    if (known.label.empty()) continue;
    ++labelled;
    if (known.label == symptom.label) ++equal;
  }
  if (labelled == 0) return {JoinTerm::label, 0, "no cluster label on the others"};
  return equal == labelled
             ? JoinReason{JoinTerm::label, 1.5, fmt::format("same cluster, {}", cut(symptom.label, 60))}
             : JoinReason{JoinTerm::label, -3, fmt::format("another cluster, {}", cut(symptom.label, 60))};
}

// A caller's trouble is expected while what it calls is ill: that is the strongest join there is.
JoinReason change_term(const World& world, const Incident& incident, const Symptom& symptom,
                       const JoinSettings& settings) {
  for (const Symptom& known : incident.symptoms) {
    if (!known.change) continue;
    const Change* change = world.change(*known.change);
    if (change == nullptr || symptom.onset + settings.change_reach < change->event.started_at) continue;
    if (symptom.service == change->event.service ||
        world.graph.upstream(change->event.service).contains(symptom.service))
      return {
          JoinTerm::change, 2.5,
          fmt::format("depends on {}, whose change {} is in it", change->event.service.value, change->event.version)};
    const auto distance = world.graph.distance(symptom.service, change->event.service);
    if (distance && *distance <= 2)
      return {JoinTerm::change, 1, fmt::format("within two hops of {}", change->event.service.value)};
  }
  return {JoinTerm::change, 0, "no change in it"};
}

}  // namespace

JoinScore score_join(const World& world, const Incident& incident, const Activity& activity, const Symptom& symptom,
                     const JoinSettings& settings) {
  JoinScore score;
  score.reasons = {time_term(activity, symptom, settings), topology_term(world, incident, symptom),
                   label_term(incident, symptom), change_term(world, incident, symptom, settings)};
  for (const JoinReason& reason : score.reasons) score.total += reason.value;
  return score;
}

}  // namespace nightjar
