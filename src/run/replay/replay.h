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

namespace nightjar {

// One Input as the journal has it; INVALID_ARGUMENT when the record cannot be read.
absl::StatusOr<Input> read_input(const JournalEntry& entry);

// Feeds all of the journal to the driver, oldest first. `visit` gets each Input with its effects; an error ends it.
using VisitEffects = std::function<absl::Status(const Input& input, const Effects& effects)>;
struct ReplayCounts {
  std::uint64_t inputs = 0, effects = 0, damaged = 0;
};
absl::StatusOr<ReplayCounts> feed(const Journal& journal, Driver& driver, const VisitEffects& visit);

struct ReplayReport {
  ReplayCounts counts;
  std::uint64_t compared = 0;    // inputs whose recorded effects were compared
  std::string first_difference;  // "" : identical
  ChainReport chain;
};
// Inputs after the last recorded effect (a crash in between) are derived and not compared.
absl::StatusOr<ReplayReport> replay(const Journal& journal, const DriverSettings& settings);

}  // namespace nightjar
