#include "engine/remediate/remediator.h"

#include "base/text.h"
#include "engine/remediate/policy.h"
#include "engine/remediate/propose.h"
#include "engine/remediate/transitions.h"
#include "engine/remediate/undo.h"
#include "engine/remediate/verification.h"
#include "model/words.h"

namespace nightjar {
namespace {

constexpr Duration kRunningAtMost = minutes(15);  // then nobody knows, and a person looks

std::string in_words(const Decision& decision) {
  std::string text;
  for (const DecisionPart& part : decision.reasons) text += (text.empty() ? "" : "; ") + part.text;
  return text;
}

void dispatch_if_free(World& world, Action& action, Dispatches& dispatches) {
  if (action.state != ActionState::approved) return;
  if (const auto reason = obstacle(world, action)) {
    const bool said = std::any_of(action.decision.reasons.begin(), action.decision.reasons.end(),
                                  [&](const DecisionPart& part) { return part.reason == reason->reason; });
    if (!said) {
      action.decision.reasons.push_back(*reason);
      world.note(action.incident, TimelineKind::decision, fmt::format("waiting: {}", reason->text),
                 to_string(action.id));
      world.touched_actions.insert(action.id);
    }
    return;
  }
  action.started_at = world.now;
  advance(world, action, ActionEvent::dispatched);
  world.note(action.incident, TimelineKind::action, fmt::format("started: {}", action.text), to_string(action.id));
  dispatches.push_back(action.id);
}

void decide_action(World& world, Action& action, Dispatches& dispatches) {
  action.decision = decide(world, action, grounds_of(world, action));
  action.decided_at = world.now;
  const PolicyConfig* policy = policy_for(world, action);
  action.expires_at = world.now + (policy == nullptr ? minutes(15) : policy->approval_ttl);
  switch (action.decision.outcome) {
    case DecisionOutcome::denied:
      advance(world, action, ActionEvent::denied);
      world.note(action.incident, TimelineKind::decision,
                 fmt::format("denied: {}: {}", action.text, in_words(action.decision)), to_string(action.id));
      return;
    case DecisionOutcome::needs_approval:
      advance(world, action, ActionEvent::approval_asked);
      world.note(action.incident, TimelineKind::decision,
                 fmt::format("needs {} approver{}: {}: {}", action.decision.approvals_needed,
                             action.decision.approvals_needed == 1 ? "" : "s", action.text, in_words(action.decision)),
                 to_string(action.id));
      return;
    case DecisionOutcome::auto_allowed:
      advance(world, action, ActionEvent::allowed);
      world.note(action.incident, TimelineKind::decision,
                 fmt::format("allowed: {}: {}", action.text, in_words(action.decision)), to_string(action.id));
      dispatch_if_free(world, action, dispatches);
      return;
  }
}

// Asked for a person when the past was all there was to compare with; the control may have become sure since.
void allow_if_grown(World& world, Action& action, Dispatches& dispatches) {
  const Decision again = decide(world, action, grounds_of(world, action));
  if (again.outcome != DecisionOutcome::auto_allowed) return;
  action.decision = again;
  advance(world, action, ActionEvent::allowed);
  world.note(action.incident, TimelineKind::decision, fmt::format("allowed now: {}: {}", action.text, in_words(again)),
             to_string(action.id));
  dispatch_if_free(world, action, dispatches);
}

// A plan is made once per incident and target. One that was denied is asked again while the evidence grows, under the
// same id.
void propose_for(World& world, Incident& incident, Dispatches& dispatches) {
  std::optional<Action> plan = propose(world, incident);
  if (!plan) return;
  for (const ActionId id : incident.actions) {
    Action& known = world.actions.at(id);
    if (known.kind != plan->kind || known.arguments != plan->arguments) continue;
    if (known.state == ActionState::awaiting_approval) return allow_if_grown(world, known, dispatches);
    if (known.state != ActionState::denied) return;
    plan->id = id;
    const Decision again = decide(world, *plan, grounds_of(world, *plan));
    if (again.outcome == DecisionOutcome::denied) return;
    plan->proposed_at = known.proposed_at;
    known = *plan;
    decide_action(world, known, dispatches);
    return;
  }
  plan->id = world.ids.next<ActionId>();
  plan->proposed_at = world.now;
  Action& action = world.actions.emplace(plan->id, std::move(*plan)).first->second;
  incident.actions.push_back(action.id);
  world.touched_actions.insert(action.id);
  world.note(incident.id, TimelineKind::proposal,
             fmt::format("proposed: {}; blast score {}", action.text, three_digits(action.blast_radius.score)),
             to_string(action.id));
  decide_action(world, action, dispatches);
}

void end_symptoms_of(Incident& incident, const Action& action) {
  for (Symptom& symptom : incident.symptoms) {
    const bool of_change = action.change && symptom.change == action.change;
    const bool of_instance = action.kind == ActionKind::restart && symptom.service == action.service;
    const bool of_resource = action.kind == ActionKind::script && symptom.service == action.service &&
                             symptom.kind == SymptomKind::exhaustion;
    if (of_change || of_instance || of_resource) symptom.open = false;
  }
}

void finish(World& world, Action& action, const Verification& verification, Dispatches& dispatches) {
  action.verification = verification;
  action.verified_at = world.now;
  if (verification.outcome == VerificationOutcome::worse) {
    world.note(action.incident, TimelineKind::verification, fmt::format("made it worse: {}", verification.text),
               to_string(action.id));
    if (Action* undo = begin_undo(world, action)) return dispatch_if_free(world, *undo, dispatches);
  }
  const bool improved = verification.outcome == VerificationOutcome::improved;
  advance(world, action, improved ? ActionEvent::verified_improved : ActionEvent::verified_not);
  world.note(action.incident, TimelineKind::verification,
             fmt::format("{}: {}", improved ? "verified" : "did not help, a person is needed", verification.text),
             to_string(action.id));
  const auto incident = world.incidents.find(action.incident);
  if (incident == world.incidents.end() || !improved) return;
  incident->second.state = IncidentState::mitigated;
  end_symptoms_of(incident->second, action);
}

void verify_running(World& world, Action& action, Dispatches& dispatches) {
  const PolicyConfig* policy = policy_for(world, action);
  const Duration at_most = policy == nullptr ? minutes(10) : policy->verify_max;
  Verification verification = verify(world, action);
  const bool time_over = world.now - *action.finished_at >= at_most;
  if (verification.outcome == VerificationOutcome::inconclusive && time_over)
    verification.outcome = VerificationOutcome::not_improved;
  if (verification.outcome != VerificationOutcome::inconclusive) return finish(world, action, verification, dispatches);
  action.verification = verification;
  world.touched_actions.insert(action.id);
}

}  // namespace

Dispatches remediate_window(World& world) {
  Dispatches dispatches;
  for (auto& [id, incident] : world.incidents)
    if (incident.state == IncidentState::open) propose_for(world, incident, dispatches);
  for (auto& [id, action] : world.actions) {  // an undo made here is of a higher id: the map holds still
    dispatch_if_free(world, action, dispatches);
    if (action.state == ActionState::verifying) verify_running(world, action, dispatches);
  }
  return dispatches;
}

void remediate_tick(World& world) {
  for (auto& [id, action] : world.actions) {
    const bool waits = action.state == ActionState::awaiting_approval || action.state == ActionState::blocked ||
                       action.state == ActionState::approved;
    if (waits && world.now >= action.expires_at) {
      const bool approved = action.state == ActionState::approved;
      advance(world, action, ActionEvent::time_ran_out);
      world.note(action.incident, TimelineKind::decision,
                 fmt::format("expired {}: {}", approved ? "before it could start" : "without approval", action.text),
                 to_string(id));
    }
    if (action.state == ActionState::running && world.now - *action.started_at > kRunningAtMost) {
      advance(world, action, ActionEvent::time_ran_out);
      action.outcome_text = fmt::format("hand has not reported for {}; look at the target", for_people(kRunningAtMost));
      world.note(action.incident, TimelineKind::action,
                 fmt::format("unknown: {}: {}", action.outcome_text, action.text), to_string(id));
    }
    settle_undo(world, action);
  }
}

namespace {

// Whoever made the change is not the second pair of eyes on taking it back.
bool made_the_change(const World& world, const Action& action, const std::string& person) {
  const Change* change = action.change ? world.change(*action.change) : nullptr;
  return change != nullptr && change->event.author == person;
}

}  // namespace

Dispatches take_command(World& world, const Command& command) {
  Dispatches dispatches;
  if (const auto* approve = std::get_if<ApproveAction>(&command.what)) {
    const auto found = world.actions.find(approve->action);
    if (found == world.actions.end()) return dispatches;
    Action& action = found->second;
    const bool again = std::any_of(action.approvals.begin(), action.approvals.end(),
                                   [&](const Approval& a) { return a.person == command.person; });
    // The door has told the person why; here the last word is spoken, by the same rules.
    if (action.state != ActionState::awaiting_approval || again || approve->plan_hash != action.plan_hash ||
        world.now >= action.expires_at)
      return dispatches;
    if (made_the_change(world, action, command.person)) {
      world.note(action.incident, TimelineKind::person,
                 fmt::format("{} approved it and does not count, having made the change: another person must: {}",
                             command.person, action.text),
                 to_string(action.id));
      return dispatches;
    }
    action.approvals.push_back({command.person, world.now, approve->via});
    world.touched_actions.insert(action.id);
    world.note(action.incident, TimelineKind::person,
               fmt::format("{} approved by {}: {}", command.person, word(approve->via), action.text),
               to_string(action.id));
    if (static_cast<int>(action.approvals.size()) < action.decision.approvals_needed) return dispatches;
    std::string people;
    for (const Approval& approval : action.approvals) people += (people.empty() ? "" : ", ") + approval.person;
    action.decision.reasons.push_back({DecisionReason::enough_approvals, "approved by " + people});
    advance(world, action, ActionEvent::approved);
    dispatch_if_free(world, action, dispatches);
  } else if (const auto* reject = std::get_if<RejectAction>(&command.what)) {
    const auto found = world.actions.find(reject->action);
    if (found == world.actions.end() || reject->plan_hash != found->second.plan_hash) return dispatches;
    if (!advance(world, found->second, ActionEvent::rejected)) return dispatches;
    found->second.rejected_by = command.person;
    world.note(found->second.incident, TimelineKind::person,
               fmt::format("{} rejected it: {}{}{}", command.person, found->second.text,
                           reject->why.empty() ? "" : ": ", cut(reject->why, 200)),
               to_string(found->first));
  }
  return dispatches;
}

void take_report(World& world, const ActionReport& report) {
  const auto found = world.actions.find(report.action);
  if (found == world.actions.end()) return;
  Action& action = found->second;
  ActionEvent event = ActionEvent::reported_started;
  switch (report.kind) {
    case ReportKind::started:
      return;  // dispatch has said so already
    case ReportKind::succeeded:
      event = ActionEvent::reported_succeeded;
      break;
    case ReportKind::failed:
      event = ActionEvent::reported_failed;
      break;
    case ReportKind::refused:
      event = ActionEvent::reported_refused;
      break;
    case ReportKind::unknown:
      event = ActionEvent::reported_unknown;
      break;
  }
  if (!advance(world, action, event)) return;
  action.outcome_text = report.text;
  if (event == ActionEvent::reported_succeeded) action.finished_at = world.now;
  world.note(action.incident, TimelineKind::action,
             fmt::format("{}: {}{}{}", event == ActionEvent::reported_succeeded ? "done" : word(report.kind),
                         action.text, report.text.empty() ? "" : ": ", cut(report.text, 300)),
             to_string(action.id));
  settle_undo(world, action);
}

}  // namespace nightjar
