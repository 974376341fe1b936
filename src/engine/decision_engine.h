// engine/decision_engine.h
// Correlate, diagnose, remediate, account, notify: low volume, one thread, no locks. step() is a deterministic function
// of the state and the Input; the order of the rooms is the body of close_window(). One per tenant. Called by
// run/driver on its thread.
#pragma once

#include "engine/account/slo.h"
#include "engine/correlate/correlator.h"
#include "engine/diagnose/change_watch.h"
#include "engine/notify/notifier.h"
#include "engine/world/world.h"
#include "model/effect.h"
#include "model/input.h"

namespace nightjar {

class DecisionEngine {
 public:
  // Everything but signals. A Tick moves deadlines; the windows it closes come through close_window, before it.
  Effects step(const Input& input);
  // A window that the lanes have closed and judged. `input` is the Tick (or whatever Input) that closed it.
  Effects close_window(const Input& input, WindowRollups rollups, WindowJudgement judgement);

  const World& world() const { return world_; }

  // All of the state, for a restart (engine/world/archive.h). A room that keeps something of its own is listed here.
  template <class Archive>
  void carry(Archive& archive) {
    archive(world_, correlator_, change_watches_, error_budgets_, notifier_, dispatches_);
  }

 private:
  void begin(const Input& input);
  void take_tick();
  void take_alerts(const AlertsArrived& arrived);
  void take_command(const Command& command);
  Effects finish(Effects effects);  // saves what was touched, then asks notify

  World world_;
  Correlator correlator_;
  ChangeWatches change_watches_;
  ErrorBudgets error_budgets_;
  Notifier notifier_;
  std::vector<ActionId> dispatches_;
};

}  // namespace nightjar
