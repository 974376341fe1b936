#include "run/replay/replay.h"

#include <algorithm>

#include "base/text.h"
#include "wire/json/effect_json.h"
#include "wire/json/input_json.h"
#include "wire/json/signals_record.h"

namespace nightjar {
namespace {

std::string difference(Sequence sequence, const std::vector<std::string>& recorded,
                       const std::vector<std::string>& derived) {
  for (std::size_t i = 0; i < std::max(recorded.size(), derived.size()); ++i) {
    const std::string_view was = i < recorded.size() ? recorded[i] : "(nothing)";
    const std::string_view is = i < derived.size() ? derived[i] : "(nothing)";
    if (was == is) continue;
    std::size_t at = 0;
    while (at < was.size() && at < is.size() && was[at] == is[at]) ++at;
    const std::size_t from = at > 60 ? at - 60 : 0;
    return fmt::format("input {}, effect {}, byte {}:\n  recorded …{}\n  derived  …{}", sequence, i + 1, at,
                       was.substr(from, 160), is.substr(from, 160));
  }
  return {};
}

// Oldest first: the longest stretch that can be derived again.
absl::StatusOr<Sequence> restore_oldest(const SnapshotStore& snapshots, const DriverSettings& settings,
                                        std::unique_ptr<Driver>& driver) {
  std::vector<Sequence> sequences = snapshots.sequences();
  std::reverse(sequences.begin(), sequences.end());
  std::string why = "there is none";
  for (const Sequence sequence : sequences) {
    const absl::StatusOr<Snapshot> snapshot = snapshots.read(sequence);
    const absl::Status status = snapshot.ok() ? driver->restore(snapshot->bytes) : snapshot.status();
    if (status.ok()) return sequence;
    why = message_of(status);
    driver = std::make_unique<Driver>(settings);
  }
  return failed_precondition(
      "the journal's beginning is no longer kept, and no snapshot can be started from instead: {}", why);
}

}  // namespace

absl::StatusOr<Input> read_input(const JournalEntry& entry) {
  if (entry.stream == JournalStream::signals) return decode_signals_record(entry.bytes);
  return decode_input(entry.bytes);
}

absl::StatusOr<ReplayCounts> feed(const Journal& journal, Sequence from, Driver& driver, const VisitEffects& visit) {
  ReplayCounts counts;
  Sequence next = from;
  const absl::Status status = journal.for_each(from, [&](const JournalEntry& entry) -> absl::Status {
    if (entry.sequence > next) {  // sequences are dense across both streams
      if (counts.missing == 0) counts.missing_from = next;
      counts.missing += entry.sequence - next;
      counts.missing_to = entry.sequence - 1;
    }
    next = entry.sequence + 1;
    if (entry.fault != RecordFault::none) {
      ++counts.damaged;  // lost alone, and told; what comes after it is whole
      return absl::OkStatus();
    }
    const absl::StatusOr<Input> input = read_input(entry);
    if (!input.ok()) return input.status();
    const Effects effects = driver.step(*input);
    ++counts.inputs;
    counts.effects += effects.size();
    return visit(*input, effects);
  });
  if (!status.ok()) return status;
  return counts;
}

absl::StatusOr<bool> complete_from_start(const Journal& journal) {
  // What goes is the beginning of the signals: when the first that is left follows without a gap, nothing is gone.
  Sequence next = 1;
  bool complete = true;
  const absl::Status seen_enough = absl::CancelledError();
  const absl::Status status = journal.for_each(1, [&](const JournalEntry& entry) {
    complete = entry.sequence == next++;
    const bool go_on = complete && entry.stream == JournalStream::decisions;
    return go_on ? absl::OkStatus() : seen_enough;
  });
  if (!status.ok() && status != seen_enough) return status;
  return complete;
}

absl::StatusOr<ReplayReport> replay(const Journal& journal, const SnapshotStore& snapshots,
                                    const DriverSettings& settings) {
  ReplayReport report;
  const absl::StatusOr<Sequence> done = journal.position("effects_done");
  if (!done.ok()) return done.status();
  auto driver = std::make_unique<Driver>(settings);
  const absl::StatusOr<bool> complete = complete_from_start(journal);
  if (!complete.ok()) return complete.status();
  if (!*complete) {
    const absl::StatusOr<Sequence> oldest = restore_oldest(snapshots, settings, driver);
    if (!oldest.ok()) return oldest.status();
    report.from_snapshot = *oldest;
  }
  const Sequence from = report.from_snapshot + 1;
  const auto counts = feed(journal, from, *driver, [&](const Input& input, const Effects& effects) -> absl::Status {
    if (input.sequence > *done || !report.first_difference.empty()) return absl::OkStatus();
    auto recorded = journal.effects_of(input.sequence);
    if (!recorded.ok()) return recorded.status();
    std::vector<std::string> derived;
    for (const Effect& effect : effects) derived.push_back(encode_effect(effect));
    ++report.compared;
    if (*recorded != derived) report.first_difference = difference(input.sequence, *recorded, derived);
    return absl::OkStatus();
  });
  if (!counts.ok()) return counts.status();
  report.counts = *counts;
  auto chain = journal.verify_chain();
  if (!chain.ok()) return chain.status();
  report.chain = *std::move(chain);
  return report;
}

}  // namespace nightjar
