// run/replay/replay.h
// Derives every effect of a recorded journal again and compares byte for byte with what was recorded. Used by `nightjar
// replay`, and by run/live to come back after a crash: the same loop with another visitor.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "run/driver/driver.h"
#include "store/journal/journal.h"
#include "store/snapshot/snapshot_store.h"

namespace nightjar {

// One Input as the journal has it; INVALID_ARGUMENT when the record cannot be read.
absl::StatusOr<Input> read_input(const JournalEntry& entry);

// Feeds the journal from `from` on to the driver, oldest first. `visit` gets each Input with its effects; an error ends
// it.
using VisitEffects = std::function<absl::Status(const Input& input, const Effects& effects)>;
struct ReplayCounts {
  std::uint64_t inputs = 0, effects = 0;
  std::uint64_t damaged = 0;                  // there, and not readable
  std::uint64_t missing = 0;                  // not there: signals whose time was over
  Sequence missing_from = 0, missing_to = 0;  // the first and the last of those
};
absl::StatusOr<ReplayCounts> feed(const Journal& journal, Sequence from, Driver& driver, const VisitEffects& visit);

// Whether every Input from the first on is still there. Signals go by age, so a journal of more than a few days is not.
absl::StatusOr<bool> complete_from_start(const Journal& journal);

struct ReplayReport {
  ReplayCounts counts;
  Sequence from_snapshot = 0;    // 0: from the very beginning
  std::uint64_t compared = 0;    // inputs whose recorded effects were compared
  std::string first_difference;  // "" : identical
  ChainReport chain;
};
// From the beginning, or from the oldest snapshot when the journal's beginning is gone; FAILED_PRECONDITION when none
// of them fits: what is derived behind a gap differs, and nobody is to blame. Inputs after the last recorded effect (a
// crash in between) are derived and not compared.
absl::StatusOr<ReplayReport> replay(const Journal& journal, const SnapshotStore& snapshots,
                                    const DriverSettings& settings);

}  // namespace nightjar
