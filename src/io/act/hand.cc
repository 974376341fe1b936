#include "io/act/hand.h"

#include <unistd.h>

#include <spdlog/spdlog.h>

#include "base/check.h"
#include "base/text.h"
#include "io/act/link_message.h"
#include "model/plan.h"
#include "model/words.h"

namespace nightjar {
namespace {

constexpr std::size_t kReportTextBytes = 4000;
constexpr Duration kBudgetSpan = minutes(15);
using MaybeRefusal = std::optional<std::pair<Refusal, std::string>>;

MaybeRefusal no(Refusal refusal, std::string why) { return std::pair(refusal, std::move(why)); }

}  // namespace

std::string_view word(Refusal refusal) {
  switch (refusal) {
    case Refusal::unknown_runbook:
      return "unknown_runbook";
    case Refusal::bad_arguments:
      return "bad_arguments";
    case Refusal::plan_changed:
      return "plan_changed";
    case Refusal::denied:
      return "denied";
    case Refusal::too_few_approvals:
      return "too_few_approvals";
    case Refusal::expired:
      return "expired";
    case Refusal::kill_switch_on:
      return "kill_switch_on";
    case Refusal::no_lease:
      return "no_lease";
    case Refusal::service_busy:
      return "service_busy";
    case Refusal::budget_exhausted:
      return "budget_exhausted";
    case Refusal::cannot_record:
      return "cannot_record";
  }
  return {};
}

Hand::Hand(HandRules rules, Catalogue catalogue, std::unique_ptr<HandJournal> journal,
           std::map<ActuatorKind, std::unique_ptr<Actuator>> actuators, const Clock& clock)
    : rules_(std::move(rules)),
      catalogue_(std::move(catalogue)),
      journal_(std::move(journal)),
      actuators_(std::move(actuators)),
      clock_(clock) {
  load_history();
}

Hand::~Hand() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    taking_ = false;
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
}

void Hand::set_on_report(OnReport on_report) {
  const std::lock_guard lock(tell_mutex_);
  on_report_ = std::move(on_report);
}

void Hand::load_history() {
  for (const HandRecord& record : journal_->history()) {
    if (record.event == HandEvent::kill_switch) {
      kill_switch_ = record.on;
      continue;
    }
    Known& known = known_[record.action];
    known.task.action = record.action;
    switch (record.event) {
      case HandEvent::started: {
        const auto runbook = catalogue_.find(record.runbook);
        known.task.runbook = runbook == catalogue_.end() ? nullptr : &runbook->second;
        known.task.arguments = record.arguments;
        known.task.started_at = record.at;
        known.service = record.service;
        known.running = true;
        known.reports.push_back({record.action, ReportKind::started, record.at, record.text});
        starts_.push_back(record.at);
        break;
      }
      case HandEvent::marked:
        known.task.mark = record.text;
        break;
      case HandEvent::result:
        known.running = false;
        known.reports.push_back({record.action, record.report, record.at, record.text});
        break;
      case HandEvent::confirmed:
        known.confirmed.insert(record.report);
        break;
      case HandEvent::kill_switch:
        break;
    }
  }
  const std::lock_guard lock(mutex_);
  for (const auto& [id, known] : known_) {
    if (!known.running) continue;
    spdlog::warn("{} was started by an earlier hand and has no result; looking what became of it", to_string(id));
    threads_.emplace_back([this, id = id] { resolve(id); });
  }
}

void Hand::heartbeat(std::int64_t boot_time_ns) {
  const std::lock_guard lock(mutex_);
  last_heartbeat_ns_ = std::max(last_heartbeat_ns_, boot_time_ns);
}

MaybeRefusal Hand::judge(const Action& action) const {
  const auto runbook = catalogue_.find(action.runbook);
  if (runbook == catalogue_.end()) {
    return no(Refusal::unknown_runbook, fmt::format("the catalogue has no runbook \"{}\"", cut(action.runbook, 100)));
  }
  if (const absl::Status fits = check_arguments(runbook->second, action.arguments); !fits.ok()) {
    return no(Refusal::bad_arguments, std::string(message_of(fits)));
  }
  if (plan_hash(action) != action.plan_hash) {
    return no(Refusal::plan_changed, "the plan is not the one that was decided and approved");
  }
  if (action.decision.outcome == DecisionOutcome::denied) return no(Refusal::denied, "policy denied this action");
  const bool needs_people = action.decision.outcome == DecisionOutcome::needs_approval;
  const int needed = needs_people ? std::max(1, action.decision.approvals_needed) : action.decision.approvals_needed;
  std::set<std::string> approvers;
  for (const Approval& approval : action.approvals) {
    if (rules_.people.empty() || rules_.people.contains(approval.person)) approvers.insert(approval.person);
  }
  if (static_cast<int>(approvers.size()) < needed) {
    return no(Refusal::too_few_approvals,
              fmt::format("{} of {} approvals by people hand knows", approvers.size(), needed));
  }
  if (action.expires_at && clock_.now() > action.expires_at) {
    return no(Refusal::expired, fmt::format("it had to be started before {}", to_rfc3339(action.expires_at)));
  }
  for (const auto& [id, known] : known_) {
    if (known.running && known.service == action.service.value) {
      return no(Refusal::service_busy, fmt::format("{} is still running on {}", to_string(id), known.service));
    }
  }
  const Timestamp since = clock_.now() - kBudgetSpan;
  const auto recent = std::count_if(starts_.begin(), starts_.end(), [&](Timestamp at) { return at > since; });
  if (recent >= rules_.actions_per_15m) {
    return no(Refusal::budget_exhausted, fmt::format("{} actions were started within 15 min and hand's budget is {}",
                                                     recent, rules_.actions_per_15m));
  }
  return judge_moment();
}

MaybeRefusal Hand::judge_moment() const {
  if (kill_switch_) return no(Refusal::kill_switch_on, "the kill switch is on");
  if (!rules_.kill_file.empty() && access(rules_.kill_file.c_str(), F_OK) == 0) {
    return no(Refusal::kill_switch_on, fmt::format("the file {} exists; remove it to allow actions", rules_.kill_file));
  }
  const Duration silent = nanoseconds(boot_time_ns() - last_heartbeat_ns_);
  if (last_heartbeat_ns_ == 0 || silent > rules_.lease) {
    return no(Refusal::no_lease, fmt::format("serve was last heard of {} ago", for_people(silent)));
  }
  if (broken_) return no(Refusal::cannot_record, "hand's journal cannot be written; see hand's log");
  return std::nullopt;
}

void Hand::dispatch(const Action& action) {
  std::vector<ActionReport> known_reports;
  std::optional<std::pair<Refusal, std::string>> refusal;
  {
    const std::lock_guard lock(mutex_);
    if (!taking_) return;
    if (const auto known = known_.find(action.id); known != known_.end()) {
      known_reports = known->second.reports;
    } else {
      refusal = judge(action);
      Known& accepted = known_[action.id];
      accepted.service = action.service.value;
      accepted.running = true;
      accepted.task.action = action.id;
      if (!refusal) {
        accepted.task.runbook = &catalogue_.at(action.runbook);
        accepted.task.arguments = action.arguments;
        starts_.push_back(clock_.now());
        threads_.emplace_back([this, action] { act(action); });
      }
    }
  }
  for (const ActionReport& report : known_reports) tell(report);
  if (refusal) finish(action.id, ReportKind::refused, fmt::format("{}: {}", word(refusal->first), refusal->second));
}

void Hand::act(const Action& action) {
  Task task = task_of(action.id);
  task.started_at = clock_.now();
  Actuator& actuator = actuator_for(*task.runbook);
  // The target itself may know this action from a life whose journal was lost. Only a clear yes counts here.
  if (const CheckAnswer before = actuator.check(task); before.seen == Seen::done) {
    return finish(action.id, ReportKind::succeeded, "was done already, nothing was run\n" + before.text);
  }
  const absl::StatusOr<Task> started = start(action);
  if (!started.ok()) return finish(action.id, ReportKind::refused, std::string(message_of(started.status())));
  const RunAnswer answer = actuator.run(*started, [&](const std::string& mark) -> absl::Status {
    const std::lock_guard lock(mutex_);
    if (const auto refusal = judge_moment()) return failed_precondition("{}", refusal->second);
    known_[action.id].task.mark = mark;
    const absl::Status kept =
        journal_->append({.at = clock_.now(), .event = HandEvent::marked, .action = action.id, .text = mark});
    broken_ = broken_ || !kept.ok();
    return kept;
  });
  switch (answer.ran) {
    case Ran::succeeded:
      return finish(action.id, ReportKind::succeeded, answer.text);
    case Ran::failed:
      return finish(action.id, ReportKind::failed, answer.text);
    case Ran::uncertain:
      break;
  }
  const CheckAnswer after = actuator.check(task_of(action.id));
  const std::string text = answer.text + "\n" + after.text;
  finish(action.id,
         after.seen == Seen::done       ? ReportKind::succeeded
         : after.seen == Seen::not_done ? ReportKind::failed
                                        : ReportKind::unknown,
         text);
}

absl::StatusOr<Task> Hand::start(const Action& action) {
  ActionReport report{action.id, ReportKind::started, clock_.now(), cut(action.text, kReportTextBytes)};
  Task task;
  {
    const std::lock_guard lock(mutex_);
    // Asked again here: the kill switch and the lease count at the moment of the deed, not of the order.
    if (const auto refusal = judge_moment())
      return failed_precondition("{}: {}", word(refusal->first), refusal->second);
    const absl::Status kept = journal_->append({.at = report.at,
                                                .event = HandEvent::started,
                                                .action = action.id,
                                                .text = report.text,
                                                .runbook = action.runbook,
                                                .service = action.service.value,
                                                .plan_hash = action.plan_hash,
                                                .arguments = action.arguments});
    if (!kept.ok()) {
      broken_ = true;
      spdlog::error("{}", message_of(kept));
      return failed_precondition("{}: {}", word(Refusal::cannot_record), message_of(kept));
    }
    Known& known = known_[action.id];
    known.task.started_at = report.at;
    known.reports.push_back(report);
    task = known.task;
  }
  spdlog::info("{} started: {}", to_string(action.id), report.text);
  tell(report);
  return task;
}

void Hand::resolve(ActionId id) {
  const Task task = task_of(id);
  if (task.runbook == nullptr || !check_arguments(*task.runbook, task.arguments).ok()) {
    return finish(id, ReportKind::unknown,
                  "hand was interrupted, and its runbook is no longer in the catalogue: look at the target");
  }
  const CheckAnswer answer = actuator_for(*task.runbook).recover(task);
  switch (answer.seen) {
    case Seen::done:
      return finish(id, ReportKind::succeeded, "hand was interrupted; the action was done\n" + answer.text);
    case Seen::not_done:
      return finish(id, ReportKind::failed, "hand was interrupted; the action was not done\n" + answer.text);
    case Seen::unknown:
      return finish(
          id, ReportKind::unknown,
          "hand was interrupted and cannot tell whether the action was done: look at the target\n" + answer.text);
  }
}

void Hand::finish(ActionId id, ReportKind kind, std::string text) {
  ActionReport report{id, kind, clock_.now(), cut(text, kReportTextBytes)};
  {
    const std::lock_guard lock(mutex_);
    record({.at = report.at, .event = HandEvent::result, .action = id, .report = kind, .text = report.text});
    known_[id].reports.push_back(report);
  }
  spdlog::info("{} {}: {}", to_string(id), word(kind), report.text);
  // Told even when it could not be recorded: it is true, and the next hand finds it out again.
  tell(report);
  // Last: whoever sees nothing running any more may take down what we tell to.
  const std::lock_guard lock(mutex_);
  known_[id].running = false;
}

void Hand::record(HandRecord record) {
  const absl::Status kept = journal_->append(std::move(record));
  if (kept.ok()) return;
  broken_ = true;
  spdlog::error("{}", message_of(kept));
}

void Hand::tell(const ActionReport& report) {
  // Held during the call: when set_on_report returns, nobody is inside the old one any more.
  const std::lock_guard lock(tell_mutex_);
  if (on_report_) on_report_(report);
}

void Hand::set_kill_switch(bool on, const std::string& person) {
  const std::lock_guard lock(mutex_);
  if (kill_switch_ == on) return;
  kill_switch_ = on;
  spdlog::warn("kill switch {} by {}", on ? "on" : "off", cut(person, 100));
  record({.at = clock_.now(), .event = HandEvent::kill_switch, .text = cut(person, 100), .on = on});
}

bool Hand::kill_switch() const {
  const std::lock_guard lock(mutex_);
  return kill_switch_;
}

void Hand::confirm(ActionId action, ReportKind kind) {
  const std::lock_guard lock(mutex_);
  const auto known = known_.find(action);
  if (known == known_.end() || !known->second.confirmed.insert(kind).second) return;
  record({.at = clock_.now(), .event = HandEvent::confirmed, .action = action, .report = kind});
}

std::vector<ActionReport> Hand::unconfirmed() const {
  const std::lock_guard lock(mutex_);
  std::vector<ActionReport> reports;
  for (const auto& [id, known] : known_) {
    for (const ActionReport& report : known.reports) {
      if (!known.confirmed.contains(report.kind)) reports.push_back(report);
    }
  }
  std::stable_sort(reports.begin(), reports.end(),
                   [](const ActionReport& a, const ActionReport& b) { return a.at < b.at; });
  return reports;
}

int Hand::running() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(
      std::count_if(known_.begin(), known_.end(), [](const auto& entry) { return entry.second.running; }));
}

void Hand::stop_taking() {
  const std::lock_guard lock(mutex_);
  taking_ = false;
}

Task Hand::task_of(ActionId id) const {
  const std::lock_guard lock(mutex_);
  return known_.at(id).task;
}

Actuator& Hand::actuator_for(const Runbook& runbook) const {
  const auto actuator = actuators_.find(runbook.actuator);
  CHECK(actuator != actuators_.end());
  return *actuator->second;
}

}  // namespace nightjar
