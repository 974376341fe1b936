// io/act/hand.h
// The state machine of `nightjar hand`: takes an action, checks it again against its own files, writes STARTED, does
// it, writes RESULT, reports. An action id is started at most once, whatever serve sends and whoever is killed.
//
//   dispatch -> refused                                    (RESULT refused)
//            -> running  (STARTED) -> succeeded | failed | unknown   (RESULT)
//   crash between STARTED and RESULT -> the target is asked: done -> succeeded, not done -> failed, else unknown;
//   never done again on hand's own account. A refused id stays refused: another try is another action.
//
// Thread-safe. Each running action has a thread of its own; `on_report` is called on it or on the caller's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "io/act/actuator.h"
#include "io/act/catalogue.h"
#include "io/act/hand_journal.h"
#include "io/net/clock.h"
#include "model/action.h"

namespace nightjar {

enum class Refusal : std::uint8_t {
  unknown_runbook,
  bad_arguments,
  plan_changed,
  denied,
  too_few_approvals,
  expired,
  kill_switch_on,
  no_lease,
  service_busy,
  budget_exhausted,
  cannot_record,
};
std::string_view word(Refusal refusal);

struct HandRules {
  int actions_per_15m = 3;
  Duration lease = seconds(10);  // serve must have been heard of within
  std::set<std::string> people;  // whose approvals count; empty: any name counts, policy has checked it
  std::string kill_file;         // while this file exists nothing is started; "" none
};

class Hand {
 public:
  using OnReport = std::function<void(const ActionReport&)>;

  // Takes up what an earlier hand left between STARTED and RESULT, on threads of their own. `clock` outlives the hand.
  Hand(HandRules rules, Catalogue catalogue, std::unique_ptr<HandJournal> journal,
       std::map<ActuatorKind, std::unique_ptr<Actuator>> actuators, const Clock& clock);
  // Waits for all running actions.
  ~Hand();

  // Called for every new report, one at a time; it must not call the hand back. What was reported before, or to nobody,
  // `unconfirmed` has. nullptr: to nobody.
  void set_on_report(OnReport on_report);

  // serve said at `boot_time_ns` that it is alive.
  void heartbeat(std::int64_t boot_time_ns);
  // Does it, or refuses it. An id it knows: reports again what is known, and starts nothing.
  void dispatch(const Action& action);
  // Durable and effective at once for everything not yet started; survives a restart.
  void set_kill_switch(bool on, const std::string& person);
  bool kill_switch() const;
  // serve has this report in its journal.
  void confirm(ActionId action, ReportKind kind);
  // Oldest first.
  std::vector<ActionReport> unconfirmed() const;

  std::vector<RunbookConfig> runbooks() const { return runbook_configs(catalogue_); }
  int running() const;
  // No dispatch is taken any more: it is left unanswered, for serve to send again to the next hand.
  void stop_taking();

 private:
  struct Known {
    Task task;
    std::string service;
    bool running = false;
    std::vector<ActionReport> reports;  // as reported: started, then its result
    std::set<ReportKind> confirmed;
  };

  void load_history();
  std::optional<std::pair<Refusal, std::string>> judge(const Action& action) const;  // mutex_ held
  std::optional<std::pair<Refusal, std::string>> judge_moment() const;               // mutex_ held
  void record(HandRecord record);  // sets broken_ when the disk fails us; mutex_ held
  void act(const Action& action);  // these three on the action's own thread
  absl::StatusOr<Task> start(const Action& action);
  void resolve(ActionId id);
  void finish(ActionId id, ReportKind kind, std::string text);
  void tell(const ActionReport& report);
  Task task_of(ActionId id) const;
  Actuator& actuator_for(const Runbook& runbook) const;

  const HandRules rules_;
  const Catalogue catalogue_;
  const std::unique_ptr<HandJournal> journal_;
  const std::map<ActuatorKind, std::unique_ptr<Actuator>> actuators_;
  const Clock& clock_;

  std::mutex tell_mutex_;  // never taken while mutex_ is held
  OnReport on_report_;
  mutable std::mutex mutex_;  // of all below
  std::map<ActionId, Known> known_;
  std::vector<Timestamp> starts_;  // of the last quarter of an hour and older; for the budget
  bool kill_switch_ = false;
  bool taking_ = true;
  bool broken_ = false;  // the journal takes nothing any more
  std::int64_t last_heartbeat_ns_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace nightjar
