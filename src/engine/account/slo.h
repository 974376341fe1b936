// engine/account/slo.h
// Error budgets. Each objective counts good and total requests by minute; burn is the rate at which the budget is spent
// (1: exactly by the end of the window). An objective burns when both a long and a short window do, each at the lower
// 99 % bound, so that three failures of five requests at night are no page. First version: 5 min and 1 h at 14.4; the
// budget counts from the first request seen, at most 30 days. Source: Google SRE workbook, chapter 5; bound: Wilson
// 1927. Called by DecisionEngine when a window closes.
#pragma once

#include <deque>
#include <map>

#include "engine/world/world.h"

namespace nightjar {

class ErrorBudgets {
 public:
  // Counts the window and returns how each objective of the config stands, in the config's order.
  std::vector<SloStatus> close_window(const World& world, const WindowRollups& rollups);

  template <class Archive>
  void carry(Archive& archive) {
    archive(ledgers_);
  }

 private:
  struct Minute {
    Timestamp start;
    std::uint64_t requests = 0, errors = 0;
  };
  struct Ledger {
    std::deque<Minute> minutes;              // the last hour, oldest first
    std::uint64_t requests = 0, errors = 0;  // since `since`
    Timestamp since;
  };
  std::map<std::string, Ledger> ledgers_;  // by objective name
};

}  // namespace nightjar
