// May we? One row per gate: what differs from a case that is allowed, and which reasons must then stand on record.
#include "engine/remediate/policy.h"

#include <gtest/gtest.h>

#include <functional>

#include "model/words.h"

namespace nightjar {
namespace {

struct Case {
  World world;
  Action action;
  Grounds grounds;
};

// A roll-back of pay that a policy allows without anybody: sure evidence, side by side, little to lose.
Case allowed_case() {
  Case given;
  given.world.now = Timestamp{} + hours(1);
  given.world.hand_connected = true;
  PolicyConfig policy;
  policy.name = "roll-back";
  policy.actions = {"rollback"};
  policy.services = {"*"};
  policy.auto_allowed = true;
  given.world.config.policies = {policy};
  given.action.id = ActionId{7};
  given.action.kind = ActionKind::rollback;
  given.action.service = ServiceName{"shop/pay"};
  given.action.blast_radius.score = 20;
  given.grounds = {0.97, 0.02, 1e5, true, WatchDesign::concurrent_control};
  return given;
}

PolicyConfig& policy_of(Case& given) { return given.world.config.policies.front(); }

Action started(const Case& given, std::uint64_t id, ActionState state, Duration ago) {
  Action other = given.action;
  other.id = ActionId{id};
  other.state = state;
  other.started_at = given.world.now - ago;
  return other;
}

std::string in_words(const Decision& decision) {
  std::string text(word(decision.outcome));
  for (const DecisionPart& part : decision.reasons) text += fmt::format(" {}", word(part.reason));
  return text;
}

struct DecideRow {
  const char* when;
  std::function<void(Case&)> change;
  const char* then;  // outcome and reasons
};

TEST(Policy, DecideLeavesAReasonForEveryGate) {
  const DecideRow rows[] = {
      {"nothing stands against it", [](Case&) {}, "auto policy_permits"},
      {"no policy at all", [](Case& c) { c.world.config.policies.clear(); }, "denied no_policy_permits"},
      {"policies of other actions", [](Case& c) { policy_of(c).actions = {"restart"}; }, "denied no_policy_permits"},
      {"policies of other services", [](Case& c) { policy_of(c).services = {"cart"}; }, "denied no_policy_permits"},
      {"the service by its short name", [](Case& c) { policy_of(c).services = {"pay"}; }, "auto policy_permits"},
      {"a forbid beside the permit",
       [](Case& c) {
         PolicyConfig forbid = policy_of(c);
         forbid.name = "freeze";
         forbid.effect = PolicyEffect::forbid;
         c.world.config.policies.push_back(forbid);
       },
       "denied forbidden_by_policy"},
      {"the watch has no verdict", [](Case& c) { c.grounds.harmful_verdict = false; }, "denied verdict_not_harmful"},
      {"evidence below the bar", [](Case& c) { c.grounds.e_value = 999; }, "denied e_value_too_low"},
      {"evidence at the bar", [](Case& c) { c.grounds.e_value = 1000; }, "auto policy_permits"},
      {"an unsure cause", [](Case& c) { c.grounds.confidence = 0.79; }, "denied confidence_too_low"},
      {"a second candidate a quarter as likely",
       [](Case& c) { c.grounds.confidence = 0.8, c.grounds.second_confidence = 0.2; }, "auto policy_permits"},
      {"a second candidate more than a quarter as likely",
       [](Case& c) { c.grounds.confidence = 0.8, c.grounds.second_confidence = 0.21; },
       "denied second_candidate_too_close"},
      {"too much to lose", [](Case& c) { c.action.blast_radius.score = 46; }, "denied blast_score_too_high"},
      {"more to lose than it may alone", [](Case& c) { c.action.blast_radius.score = 31; },
       "needs_approval policy_permits blast_score_too_high"},
      {"only the past to compare with", [](Case& c) { c.grounds.design = WatchDesign::before_after; },
       "needs_approval policy_permits no_concurrent_control"},
      {"a policy that is content with the past",
       [](Case& c) {
         c.grounds.design = WatchDesign::before_after;
         policy_of(c).auto_needs_concurrent_control = false;
       },
       "auto policy_permits"},
      {"a policy that asks a person", [](Case& c) { policy_of(c).auto_allowed = false; },
       "needs_approval policy_permits approval_required"},
      // A restart rests on an instance that answers nothing: no release to blame, no e-value.
      {"a restart without any release",
       [](Case& c) {
         c.action.kind = ActionKind::restart;
         policy_of(c).actions = {"restart"};
         c.grounds = {0.97, 0.02, 1, false, WatchDesign::none};
       },
       "auto policy_permits"},
  };
  for (const DecideRow& row : rows) {
    Case given = allowed_case();
    row.change(given);
    EXPECT_EQ(in_words(decide(given.world, given.action, given.grounds)), row.then) << row.when;
  }
}

TEST(Policy, ApprovalsAreAskedAsThePolicySays) {
  Case given = allowed_case();
  policy_of(given).auto_allowed = false;
  policy_of(given).approvals = 2;
  EXPECT_EQ(decide(given.world, given.action, given.grounds).approvals_needed, 2);
  policy_of(given).auto_allowed = true;
  EXPECT_EQ(decide(given.world, given.action, given.grounds).approvals_needed, 0);
}

TEST(Policy, TheMostSpecificPermitSpeaks) {
  Case given = allowed_case();
  PolicyConfig mine = policy_of(given);
  mine.name = "pay-asks";
  mine.services = {"pay"};
  mine.auto_allowed = false;
  given.world.config.policies.push_back(mine);
  EXPECT_EQ(decide(given.world, given.action, given.grounds).policy, "pay-asks");
  std::swap(given.world.config.policies[0], given.world.config.policies[1]);
  EXPECT_EQ(decide(given.world, given.action, given.grounds).policy, "pay-asks") << "whatever their order";
}

struct ObstacleRow {
  const char* when;
  std::function<void(Case&)> change;
  const char* then;  // "": it may go
};

TEST(Policy, ObstaclesAreNamed) {
  const auto other = [](ActionState state, Duration ago) {
    return [=](Case& c) { c.world.actions.emplace(ActionId{3}, started(c, 3, state, ago)); };
  };
  const ObstacleRow rows[] = {
      {"nothing in the way", [](Case&) {}, ""},
      {"kill switch", [](Case& c) { c.world.kill_switch = true; }, "kill_switch_on"},
      {"kill switch before all else", [](Case& c) { c.world.kill_switch = true, c.world.hand_connected = false; },
       "kill_switch_on"},
      {"hand is gone", [](Case& c) { c.world.hand_connected = false; }, "hand_absent"},
      {"the service is being acted on", other(ActionState::verifying, minutes(30)), "service_locked"},
      {"nobody knows what became of it", other(ActionState::unknown, hours(2)), "service_locked"},
      {"its caller is being acted on",
       [](Case& c) {
         c.world.graph.add({ServiceName{"shop/web"}, ServiceName{"shop/pay"}, DependencyKind::http}, {}, c.world.now);
         Action at_web = started(c, 3, ActionState::running, minutes(30));
         at_web.service = ServiceName{"shop/web"};
         c.world.actions.emplace(at_web.id, at_web);
       },
       "service_locked"},
      {"a stranger is being acted on",
       [](Case& c) {
         Action at_mail = started(c, 3, ActionState::running, minutes(30));
         at_mail.service = ServiceName{"mail"};
         c.world.actions.emplace(at_mail.id, at_mail);
       },
       ""},
      {"the same, 19 min ago", other(ActionState::succeeded, minutes(19)), "in_cooldown"},
      {"the same, 20 min ago", other(ActionState::succeeded, minutes(20)), ""},
      {"three others within 15 min",
       [](Case& c) {
         for (std::uint64_t id = 1; id <= 3; ++id) {
           Action done = started(c, id, ActionState::succeeded, minutes(14));
           done.service = ServiceName{fmt::format("other-{}", id)};
           c.world.actions.emplace(done.id, done);
         }
       },
       "too_many_actions"},
      {"two others within 15 min, one before",
       [](Case& c) {
         for (std::uint64_t id = 1; id <= 3; ++id) {
           Action done = started(c, id, ActionState::succeeded, id == 1 ? minutes(15) : minutes(14));
           done.service = ServiceName{fmt::format("other-{}", id)};
           c.world.actions.emplace(done.id, done);
         }
       },
       ""},
      {"a plan that was never started", other(ActionState::rejected, minutes(-1)), "in_cooldown"},
  };
  for (const ObstacleRow& row : rows) {
    Case given = allowed_case();
    row.change(given);
    const auto found = obstacle(given.world, given.action);
    EXPECT_EQ(found ? word(found->reason) : "", row.then) << row.when;
  }
}

// What the plan rests on is read from the incident, not from the plan.
TEST(Policy, GroundsAreThoseOfTheFindingThatThePlanFollows) {
  Case given = allowed_case();
  Change change;
  change.id = ChangeId{5};
  change.watch.e_value = 4200;
  change.watch.verdict = WatchVerdict::harmful;
  change.watch.design = WatchDesign::concurrent_control;
  given.world.changes.emplace(change.id, change);
  Incident incident;
  incident.id = IncidentId{2};
  incident.findings.resize(3);
  incident.findings[0].change = change.id, incident.findings[0].confidence = 0.7;
  incident.findings[0].kind = CauseKind::change;
  incident.findings[1].kind = CauseKind::none, incident.findings[1].confidence = 0.2;
  incident.findings[2].kind = CauseKind::dependency, incident.findings[2].confidence = 0.1;
  given.world.incidents.emplace(incident.id, incident);
  given.action.incident = incident.id;
  given.action.change = change.id;
  const Grounds grounds = grounds_of(given.world, given.action);
  EXPECT_EQ(grounds.confidence, 0.7);
  EXPECT_EQ(grounds.second_confidence, 0.1) << "'none of them' is no second candidate";
  EXPECT_EQ(grounds.e_value, 4200);
  EXPECT_TRUE(grounds.harmful_verdict);
  EXPECT_EQ(grounds.design, WatchDesign::concurrent_control);
}

}  // namespace
}  // namespace nightjar
