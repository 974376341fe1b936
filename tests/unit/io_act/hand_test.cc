// The hand's state machine: what it refuses and why, that an id is started once, and what it says after a restart.
#include "io/act/hand.h"

#include "base/text.h"
#include "io/act/link_message.h"
#include "tests/unit/io_act/fixtures.h"

namespace nightjar {
namespace {

// Counts and answers as told.
class PlannedActuator : public Actuator {
 public:
  RunAnswer run(const Task&, const Remember& remember) override {
    if (const absl::Status kept = remember("mark"); !kept.ok()) return {Ran::failed, std::string(message_of(kept))};
    ++runs;
    while (hold) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return {ran, "ran"};
  }
  CheckAnswer check(const Task&) override {
    ++checks;
    return {checks == 1 ? first_check : later_checks, "checked"};
  }
  CheckAnswer recover(const Task& task) override {
    recovered_mark = task.mark;
    return {later_checks, "recovered"};
  }

  std::atomic<int> runs = 0, checks = 0;
  std::atomic<bool> hold = false;
  Ran ran = Ran::succeeded;
  Seen first_check = Seen::not_done, later_checks = Seen::unknown;
  std::string recovered_mark;
};

class HandTest : public testing::Test {
 protected:
  void TearDown() override {
    if (actuator_ != nullptr) actuator_->hold = false;
    stop();  // its threads write into what this test owns
  }
  // As after a start of the process: the journal is read again.
  void start(std::unique_ptr<PlannedActuator> planned = std::make_unique<PlannedActuator>()) {
    stop();
    actuator_ = planned.get();
    auto journal = HandJournal::open(folder_.path());
    ASSERT_TRUE(journal.ok()) << journal.status();
    std::map<ActuatorKind, std::unique_ptr<Actuator>> actuators;
    actuators[ActuatorKind::script] = std::move(planned);
    hand_ = std::make_unique<Hand>(rules_, Catalogue{{"rollback", sh_runbook(folder_.path(), "true")}},
                                   std::move(*journal), std::move(actuators), clock_);
    hand_->set_on_report([this](const ActionReport& report) {
      const std::lock_guard lock(mutex_);
      reports_.push_back(report);
    });
    hand_->heartbeat(boot_time_ns());
  }
  void stop() {
    hand_.reset();
    actuator_ = nullptr;
  }
  std::vector<std::string> said() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> lines;
    for (const ActionReport& report : reports_)
      lines.push_back(to_string(report.action) + " " + std::string(word(report.kind)));
    return lines;
  }
  // Dispatches, waits until it is settled, gives the last report's text.
  std::string outcome(const Action& action) {
    hand_->dispatch(action);
    EXPECT_TRUE(eventually([&] { return hand_->running() == 0; }));
    const std::lock_guard lock(mutex_);
    return reports_.empty() ? "" : std::string(word(reports_.back().kind)) + " " + reports_.back().text;
  }

  TemporaryFolder folder_;
  ManualClock clock_{Timestamp{1'800'000'000'000'000'000}};
  HandRules rules_;
  std::unique_ptr<Hand> hand_;
  PlannedActuator* actuator_ = nullptr;
  std::mutex mutex_;
  std::vector<ActionReport> reports_;
};

TEST_F(HandTest, DoesWhatWasDecided) {
  start();
  EXPECT_EQ(outcome(decided_action(1)), "succeeded ran");
  EXPECT_EQ(said(), (std::vector<std::string>{"act-1 started", "act-1 succeeded"}));
  EXPECT_EQ(actuator_->runs, 1);
}

TEST_F(HandTest, StartsAnIdOnceAndRepeatsWhatItKnows) {
  start();
  actuator_->hold = true;
  hand_->dispatch(decided_action(1));
  hand_->dispatch(decided_action(1));
  ASSERT_TRUE(eventually([&] { return actuator_->runs == 1; }));
  hand_->dispatch(decided_action(1));
  EXPECT_EQ(said().back(), "act-1 started");
  actuator_->hold = false;
  ASSERT_TRUE(eventually([&] { return hand_->running() == 0; }));
  for (int i = 0; i < 3; ++i) hand_->dispatch(decided_action(1));
  EXPECT_EQ(said().back(), "act-1 succeeded");
  EXPECT_EQ(actuator_->runs, 1);
  start();
  hand_->dispatch(decided_action(1));
  EXPECT_EQ(said().back(), "act-1 succeeded");
  EXPECT_EQ(actuator_->runs, 0) << "nor does the next hand";
}

TEST_F(HandTest, RefusesWhatItsOwnFilesDoNotAllow) {
  rules_.people = {"ada", "grace"};
  start();
  Action action = decided_action(1);
  action.runbook = "reboot";
  EXPECT_THAT(outcome(action), testing::StartsWith("refused unknown_runbook"));
  action = decided_action(2);
  action.arguments["to_version"] = "2.4.0; rm -rf /";
  action.plan_hash = plan_hash(action);
  EXPECT_THAT(outcome(action), testing::StartsWith("refused bad_arguments"));
  action = decided_action(3);
  action.arguments["to_version"] = "2.3.9";  // not what was approved
  EXPECT_THAT(outcome(action), testing::StartsWith("refused plan_changed"));
  action = decided_action(4);
  action.decision.outcome = DecisionOutcome::denied;
  EXPECT_THAT(outcome(action), testing::StartsWith("refused denied"));
  action = decided_action(5);
  action.decision = {.outcome = DecisionOutcome::needs_approval, .approvals_needed = 2};
  action.approvals = {{"ada"}, {"ada"}, {"mallory"}};
  EXPECT_THAT(outcome(action), testing::StartsWith("refused too_few_approvals: 1 of 2"));
  action = decided_action(6);
  action.expires_at = clock_.now() - seconds(1);
  EXPECT_THAT(outcome(action), testing::StartsWith("refused expired"));
  EXPECT_EQ(actuator_->runs, 0);

  action = decided_action(7);
  action.decision = {.outcome = DecisionOutcome::needs_approval, .approvals_needed = 2};
  action.approvals = {{"ada"}, {"grace"}};
  action.expires_at = clock_.now() + seconds(1);
  EXPECT_EQ(outcome(action), "succeeded ran");
}

TEST_F(HandTest, NeedsALease) {
  start();
  stop();
  start();
  hand_->heartbeat(boot_time_ns() - seconds(11).ns);  // an old one does not take the newer one back
  EXPECT_EQ(outcome(decided_action(1)), "succeeded ran");
  rules_.lease = milliseconds(50);
  start();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_THAT(outcome(decided_action(2)), testing::StartsWith("refused no_lease"));
  EXPECT_EQ(actuator_->runs, 0);
}

TEST_F(HandTest, KillSwitchOutlivesTheProcess) {
  rules_.kill_file = folder_ / "kill";
  start();
  hand_->set_kill_switch(true, "ada");
  EXPECT_THAT(outcome(decided_action(1)), testing::StartsWith("refused kill_switch_on"));
  start();
  EXPECT_TRUE(hand_->kill_switch());
  EXPECT_THAT(outcome(decided_action(2)), testing::StartsWith("refused kill_switch_on"));
  hand_->set_kill_switch(false, "ada");
  EXPECT_EQ(outcome(decided_action(3)), "succeeded ran");
  write_file(rules_.kill_file, "");
  EXPECT_THAT(outcome(decided_action(4)), testing::StartsWith("refused kill_switch_on"));
}

TEST_F(HandTest, BudgetIsCountedFromTheJournal) {
  rules_.actions_per_15m = 2;
  start();
  EXPECT_EQ(outcome(decided_action(1, "a")), "succeeded ran");
  EXPECT_EQ(outcome(decided_action(2, "b")), "succeeded ran");
  EXPECT_THAT(outcome(decided_action(3, "c")), testing::StartsWith("refused budget_exhausted"));
  start();
  EXPECT_THAT(outcome(decided_action(4, "d")), testing::StartsWith("refused budget_exhausted"));
  clock_.advance(minutes(16));
  EXPECT_EQ(outcome(decided_action(5, "e")), "succeeded ran");
  EXPECT_THAT(outcome(decided_action(3, "c")), testing::StartsWith("refused budget_exhausted")) << "a refusal stays";
}

TEST_F(HandTest, OneActionPerServiceAtATime) {
  start();
  actuator_->hold = true;
  hand_->dispatch(decided_action(1));
  ASSERT_TRUE(eventually([&] { return actuator_->runs == 1; }));
  hand_->dispatch(decided_action(2));
  EXPECT_EQ(said().back(), "act-2 refused");
  hand_->dispatch(decided_action(3, "cart"));
  EXPECT_TRUE(eventually([&] { return actuator_->runs == 2; }));
  actuator_->hold = false;
}

TEST_F(HandTest, WhatTheTargetShowsAsDoneIsNotDoneAgain) {
  auto planned = std::make_unique<PlannedActuator>();
  planned->first_check = Seen::done;
  start(std::move(planned));
  EXPECT_THAT(outcome(decided_action(1)), testing::StartsWith("succeeded was done already"));
  EXPECT_EQ(actuator_->runs, 0);
}

TEST_F(HandTest, UncertainEndsAreChecked) {
  for (const auto& [seen, said] :
       {std::pair{Seen::done, "succeeded"}, {Seen::not_done, "failed"}, {Seen::unknown, "unknown"}}) {
    static std::uint64_t id = 100;
    auto planned = std::make_unique<PlannedActuator>();
    planned->ran = Ran::uncertain;
    planned->later_checks = seen;
    start(std::move(planned));
    clock_.advance(hours(1));
    EXPECT_THAT(outcome(decided_action(++id)), testing::StartsWith(said));
  }
}

TEST_F(HandTest, ConfirmedReportsAreNotRepeated) {
  start();
  outcome(decided_action(1));
  ASSERT_EQ(hand_->unconfirmed().size(), 2u);
  hand_->confirm(ActionId{1}, ReportKind::started);
  start();
  ASSERT_EQ(hand_->unconfirmed().size(), 1u);
  EXPECT_EQ(hand_->unconfirmed()[0].kind, ReportKind::succeeded);
  hand_->confirm(ActionId{1}, ReportKind::succeeded);
  start();
  EXPECT_TRUE(hand_->unconfirmed().empty());
}

// What a hand finds that was killed between STARTED and RESULT.
TEST_F(HandTest, ResolvesWhatAnEarlierHandLeft) {
  for (const auto& [seen, kind] : {std::pair{Seen::done, ReportKind::succeeded},
                                   {Seen::not_done, ReportKind::failed},
                                   {Seen::unknown, ReportKind::unknown}}) {
    std::filesystem::remove(folder_ / "hand.jsonl");
    stop();
    {
      auto journal = HandJournal::open(folder_.path());
      ASSERT_TRUE(journal.ok());
      const Action action = decided_action(1);
      ASSERT_TRUE((*journal)
                      ->append({.at = clock_.now(),
                                .event = HandEvent::started,
                                .action = action.id,
                                .runbook = "rollback",
                                .service = "payment",
                                .plan_hash = action.plan_hash,
                                .arguments = action.arguments})
                      .ok());
      ASSERT_TRUE((*journal)->append({.event = HandEvent::marked, .action = action.id, .text = "pid=1"}).ok());
    }
    auto planned = std::make_unique<PlannedActuator>();
    planned->later_checks = seen;
    start(std::move(planned));
    ASSERT_TRUE(eventually([&] { return hand_->running() == 0; }));
    const auto reports = hand_->unconfirmed();
    ASSERT_EQ(reports.size(), 2u);
    EXPECT_EQ(reports[1].kind, kind);
    EXPECT_EQ(actuator_->recovered_mark, "pid=1");
    EXPECT_EQ(actuator_->runs, 0) << "never a second start";
  }
}

TEST(PlanHash, ChangesWithEveryPartOfThePlan) {
  const Action action = decided_action(1);
  EXPECT_EQ(plan_text(action),
            R"({"arguments":{"service":"payment","to_version":"2.4.0"},"change":"chg-3","kind":"rollback",)"
            R"("runbook":"rollback","service":"payment","undo":"deploy it again","undo_by":"","undoes":null})");
  Action other = action;
  other.id = {2};  // not part of the plan: what was approved is what is done, not its number
  EXPECT_EQ(plan_hash(other), plan_hash(action));
  other.change.reset();
  EXPECT_NE(plan_hash(other), plan_hash(action));
  other = action;
  other.undo_by = "rollback";
  EXPECT_NE(plan_hash(other), plan_hash(action));
  other = action;
  other.undo += "\n\"";
  EXPECT_NE(plan_hash(other), plan_hash(action));
  EXPECT_THAT(plan_text(other), testing::HasSubstr("again\\u000a\\\""));
}

}  // namespace
}  // namespace nightjar
