#include <cmath>

#include "base/statistics/wilson.h"
#include "base/text.h"
#include "engine/diagnose/evidence_kinds.h"
#include "engine/diagnose/words.h"

namespace nightjar {
namespace {

// What a service failed by its own fault during the incident, against the half hour before.
struct OwnErrors {
  std::uint64_t requests = 0, errors = 0, own = 0;
  std::uint64_t requests_before = 0, own_before = 0;
};

OwnErrors own_errors_of(const World& world, const ServiceName& service, Timestamp onset) {
  OwnErrors counted;
  const auto during = world.history.requests({.service = service}, {onset, world.now});
  const auto before = world.history.requests({.service = service}, {onset - minutes(30), onset});
  counted.requests = during.requests, counted.errors = during.errors, counted.own = during.own_errors;
  counted.requests_before = before.requests, counted.own_before = before.own_errors;
  return counted;
}

// A store or an outside host has no spans of its own: what its callers saw stands for it.
OwnErrors seen_by_callers(const World& world, const ServiceName& service, Timestamp onset) {
  OwnErrors counted;
  world.history.for_each({onset - minutes(30), world.now}, [&](const WindowRollups& rollups) {
    const bool during = rollups.window.start >= onset;
    for (const DependencyRollup& dependency : rollups.dependencies) {
      if (dependency.key.callee != service) continue;
      (during ? counted.requests : counted.requests_before) += dependency.counts.calls;
      (during ? counted.own : counted.own_before) += dependency.counts.errors;
    }
  });
  counted.errors = counted.own;
  return counted;
}

// Log likelihood ratio of "its rate rose" against "it is as before", by the gap of two Wilson intervals: 0 while they
// overlap.
double rose(const OwnErrors& counted) {
  const auto now = wilson_interval(static_cast<double>(counted.own), static_cast<double>(counted.requests), 2.326);
  const auto before =
      wilson_interval(static_cast<double>(counted.own_before), static_cast<double>(counted.requests_before), 2.326);
  if (counted.requests_before == 0 || now.low <= before.high) return 0;
  const double q = static_cast<double>(counted.own) / static_cast<double>(counted.requests),
               p = std::max(before.high, 1e-4);
  return std::min(12.0,
                  static_cast<double>(counted.own) * std::log(q / p) - static_cast<double>(counted.requests) * (q - p));
}

}  // namespace

void weigh_dependency(const World& world, const Incident& incident, std::vector<Candidate>& candidates) {
  for (Candidate& candidate : candidates) {
    if (candidate.kind != CauseKind::dependency) continue;
    const bool has_spans = world.services.contains(candidate.service);
    OwnErrors counted = has_spans ? own_errors_of(world, candidate.service, incident.onset)
                                  : seen_by_callers(world, candidate.service, incident.onset);
    // Whoever serves nothing any more has no failures to count: again its callers know.
    const bool serves_nothing = has_spans && counted.requests == 0;
    if (serves_nothing) counted = seen_by_callers(world, candidate.service, incident.onset);
    const double weight = rose(counted);
    Evidence evidence;
    evidence.series = SeriesKey{candidate.service, {}, {}, Measure::error_ratio, {}};
    evidence.window = {incident.onset, world.now};
    if (weight > 0) {
      evidence.kind = has_spans && !serves_nothing ? EvidenceKind::own_errors : EvidenceKind::callee_ill;
      evidence.text =
          fmt::format("{} {} {}, before {}", candidate.service.value,
                      serves_nothing ? "serves nothing; calls to it fail:" : "itself fails",
                      share(counted.own, counted.requests), share(counted.own_before, counted.requests_before));
      evidence.weight = weight;
      candidate.text = evidence.text;
      candidate.log_weight += weight;
      candidate.evidence.push_back(std::move(evidence));
      continue;
    }
    if (counted.requests == 0) {  // says nothing yet, for or against
      candidate.ruled_out = RuledOut{CauseKind::dependency,
                                     candidate.service,
                                     {},
                                     std::nullopt,
                                     RuledOutReason::not_enough_data,
                                     fmt::format("{}: no requests counted since it began", candidate.service.value)};
      continue;
    }
    // Failing only because what it calls fails, or not at all: both speak against it.
    candidate.log_weight -= 3;
    const bool passes_on = counted.errors > counted.own && counted.errors > 0;
    candidate.ruled_out =
        RuledOut{CauseKind::dependency,
                 candidate.service,
                 {},
                 std::nullopt,
                 passes_on ? RuledOutReason::explained_by_callee : RuledOutReason::normal,
                 passes_on ? fmt::format("{}: {} of its {} failures came from a call that failed below it",
                                         candidate.service.value, counted.errors - counted.own, counted.errors)
                           : fmt::format("{}: fails {} of its own, as before", candidate.service.value,
                                         share(counted.own, counted.requests))};
  }
}

}  // namespace nightjar
