#include <cmath>

#include "base/text.h"
#include "engine/diagnose/evidence_kinds.h"
#include "engine/diagnose/words.h"
#include "model/words.h"

namespace nightjar {
namespace {

// An e-value against a mixture is a Bayes factor. It is capped: beyond e^15 only our model of the world is being
// tested.
constexpr double kStrongest = 15;
// Fewer requests than this on the new version say nothing for or against it.
constexpr std::uint64_t kEnoughRequests = 100;

Evidence watch_evidence(const World& world, const Incident& incident, const Change& change) {
  Evidence evidence;
  evidence.kind = change.watch.design == WatchDesign::concurrent_control ? EvidenceKind::concurrent_control
                                                                         : EvidenceKind::before_after;
  evidence.text = change.watch.text;
  evidence.e_value = change.watch.e_value;
  evidence.weight = std::clamp(std::log(std::max(change.watch.e_value, 1e-9)), -kStrongest, kStrongest);
  evidence.series = SeriesKey{
      change.event.service, {}, {}, change.watch.measure == "errors" ? Measure::error_ratio : Measure::p95, {}};
  evidence.version = change.event.version;
  evidence.window = {std::min(change.event.started_at, incident.onset), world.now};
  return evidence;
}

// ERROR patterns that only the new version writes. Counted as evidence in favour, never on its own.
void add_new_patterns(const World& world, const Change& change, Candidate& candidate) {
  std::map<PatternId, std::pair<std::uint64_t, std::string>> on_new;
  std::set<PatternId> elsewhere;
  world.history.for_each({world.history.begin(), world.now}, [&](const WindowRollups& rollups) {
    for (const PatternRollup& pattern : rollups.patterns) {
      if (pattern.key.service != change.event.service || pattern.counts.severity < 17) continue;
      if (pattern.key.version == change.event.version) {
        auto& [lines, text] = on_new[pattern.key.pattern];
        lines += pattern.counts.lines;
        text = pattern.counts.text;
      } else {
        elsewhere.insert(pattern.key.pattern);
      }
    }
  });
  for (const auto& [id, counted] : on_new) {
    if (elsewhere.contains(id) || counted.first < 5) continue;
    Evidence evidence;
    evidence.kind = EvidenceKind::new_log_pattern;
    evidence.text =
        fmt::format("only {} writes “{}” ({} times)", change.event.version, cut(counted.second, 160), counted.first);
    evidence.weight = std::min(3.0, std::log1p(static_cast<double>(counted.first)));
    evidence.series = SeriesKey{change.event.service, {}, {}, Measure::log_lines, to_string(id)};
    evidence.version = change.event.version;
    evidence.window = {change.event.started_at, world.now};
    candidate.log_weight += evidence.weight;
    candidate.evidence.push_back(std::move(evidence));
    return;  // the first in id order; further ones repeat the same story
  }
}

RuledOut not_it(const Candidate& candidate, const Change& change, RuledOutReason reason, std::string text) {
  return {CauseKind::change, candidate.service, change.event.version, change.id, reason, std::move(text)};
}

}  // namespace

void weigh_change(const World& world, const Incident& incident, std::vector<Candidate>& candidates) {
  for (Candidate& candidate : candidates) {
    if (!candidate.change) continue;
    // Its watch tells of harm done elsewhere or before.
    if (candidate.ruled_out && candidate.ruled_out->reason == RuledOutReason::not_exposed) {
      candidate.log_weight -= 5;
      continue;
    }
    const Change& change = world.changes.at(*candidate.change);
    const ChangeWatch& watch = change.watch;
    if (watch.design == WatchDesign::none || watch.requests_new < kEnoughRequests) {
      if (!candidate.ruled_out && watch.e_value < 10)
        candidate.ruled_out =
            not_it(candidate, change, RuledOutReason::not_enough_data,
                   fmt::format("{}: only {} requests so far, no sign of harm", name_of(change), watch.requests_new));
      if (watch.e_value < 10) continue;
    }
    Evidence evidence = watch_evidence(world, incident, change);
    candidate.log_weight += evidence.weight;
    candidate.evidence.push_back(std::move(evidence));
    if (watch.e_value >= 10) {
      candidate.text += ": it " + conduct(watch);
      add_new_patterns(world, change, candidate);
    } else if (!candidate.ruled_out) {
      const bool control = watch.design == WatchDesign::concurrent_control;
      candidate.ruled_out = not_it(candidate, change,
                                   watch.verdict == WatchVerdict::no_harm ? RuledOutReason::no_harm
                                   : control                              ? RuledOutReason::exonerated_by_control
                                                                          : RuledOutReason::normal,
                                   fmt::format("{} {}: no more than it should", name_of(change), conduct(watch)));
    }
  }
}

}  // namespace nightjar
