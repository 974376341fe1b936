#include "run/replay/replay.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"

namespace nightjar {

int command_replay(const std::string& data_dir, int lanes, bool json) {
  const auto journal = Journal::open(data_dir + "/journal", {.opening = JournalOpening::read_only});
  if (!journal.ok()) {
    fmt::print(stderr, "nightjar replay: {}\n", message_of(journal.status()));
    return 1;
  }
  DriverSettings driver;
  driver.lanes = static_cast<std::size_t>(lanes);
  const auto report = replay(**journal, SnapshotStore(data_dir + "/snapshots"), driver);
  if (!report.ok()) {
    fmt::print(stderr, "nightjar replay: {}\n", message_of(report.status()));
    return 1;
  }
  const bool identical = report->first_difference.empty();
  const bool chain_holds = report->chain.first_bad == 0;
  if (json) {
    fmt::print("{}\n", nlohmann::json{{"identical", identical},
                                      {"inputs", report->counts.inputs},
                                      {"effects", report->counts.effects},
                                      {"compared", report->compared},
                                      {"damaged", report->counts.damaged},
                                      {"lanes", lanes},
                                      {"from_snapshot", report->from_snapshot},
                                      {"chain_holds", chain_holds},
                                      {"chain_head", report->chain.head},
                                      {"first_difference", report->first_difference}}
                           .dump());
  } else if (identical) {
    fmt::print("replay identical: {} inputs, {} effects\n", report->counts.inputs, report->counts.effects);
  } else {
    fmt::print("replay differs: {}\n", report->first_difference);
  }
  if (report->from_snapshot != 0)
    fmt::print(stderr, "the journal's beginning is no longer kept: started from the snapshot of input {}\n",
               report->from_snapshot);
  if (!chain_holds)
    fmt::print(stderr, "the chain of decisions is broken at {}: {}\n", report->chain.first_bad, report->chain.text);
  if (report->counts.damaged > 0) fmt::print(stderr, "{} damaged records were left out\n", report->counts.damaged);
  return identical && chain_holds ? 0 : 1;
}

}  // namespace nightjar
