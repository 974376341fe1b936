#include <cmath>

#include "base/text.h"
#include "engine/diagnose/evidence_kinds.h"
#include "engine/diagnose/words.h"

namespace nightjar {
namespace {

struct Ran {
  std::uint64_t calls = 0;
  std::int64_t duration_ns = 0;
  double mean_ms() const {
    return calls == 0 ? 0 : static_cast<double>(duration_ns) / static_cast<double>(calls) * 1e-6;
  }
};

struct StatementHistory {
  Ran before, since;
  const StatementRollup* example = nullptr;
};

// Each statement of the service before the change and, by the new version, since. Keyed by endpoint and statement, so
// ordered.
std::map<std::pair<std::string, StatementId>, StatementHistory> statements_of(const World& world,
                                                                              const Change& change) {
  std::map<std::pair<std::string, StatementId>, StatementHistory> found;
  world.history.for_each({world.history.begin(), world.now}, [&](const WindowRollups& rollups) {
    for (const StatementRollup& ran : rollups.statements) {
      if (ran.key.service != change.event.service) continue;
      StatementHistory& history = found[{ran.key.endpoint, ran.key.statement}];
      Ran& side = ran.key.version == change.event.version ? history.since : history.before;
      side.calls += ran.counts.calls;
      side.duration_ns += ran.counts.duration_ns;
      history.example = &ran;
    }
  });
  return found;
}

}  // namespace

// A slow release is named down to its statement: the one whose time grew most per request of the new version.
void weigh_statement(const World& world, const Incident&, std::vector<Candidate>& candidates) {
  for (Candidate& candidate : candidates) {
    if (!candidate.change || candidate.evidence.empty()) continue;
    const Change& change = world.changes.at(*candidate.change);
    if (change.watch.e_value < 10 || change.watch.measure == "errors") continue;
    const StatementHistory* worst = nullptr;
    double worst_growth = 0;
    const auto statements = statements_of(world, change);
    for (const auto& [key, history] : statements) {
      if (history.since.calls == 0) continue;
      const double growth =
          (history.since.mean_ms() - history.before.mean_ms()) * static_cast<double>(history.since.calls);
      if (growth > worst_growth) worst = &history, worst_growth = growth;
    }
    if (worst == nullptr) continue;
    const bool is_new = worst->before.calls == 0;
    // A statement that was always there and has barely slowed is not the story.
    if (!is_new && worst->since.mean_ms() < 2 * worst->before.mean_ms()) continue;
    const StatementRollup& example = *worst->example;
    candidate.statement = StatementCause{example.key.statement,
                                         example.counts.text,
                                         example.counts.table,
                                         example.key.database,
                                         fmt::format("{} {}", change.event.service.value, example.key.endpoint),
                                         worst->since.calls,
                                         worst->since.mean_ms(),
                                         is_new ? change.event.version : std::string()};
    Evidence evidence;
    evidence.kind = is_new ? EvidenceKind::new_statement : EvidenceKind::slow_statement;
    evidence.text =
        is_new ? fmt::format("{} runs a statement no version ran before, {} ms a call on {}: {}", change.event.version,
                             three_digits(worst->since.mean_ms()), example.counts.table, cut(example.counts.text, 200))
               : fmt::format("the statement on {} takes {} ms a call, before {} ms: {}", example.counts.table,
                             three_digits(worst->since.mean_ms()), three_digits(worst->before.mean_ms()),
                             cut(example.counts.text, 200));
    evidence.weight = std::min(4.0, std::log1p(worst->since.mean_ms() / std::max(1.0, worst->before.mean_ms())));
    evidence.version = change.event.version;
    evidence.window = {change.event.started_at, world.now};
    candidate.log_weight += evidence.weight;
    candidate.evidence.push_back(std::move(evidence));
  }
}

}  // namespace nightjar
