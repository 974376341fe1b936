#include "engine/remediate/policy.h"

#include "base/text.h"
#include "engine/remediate/transitions.h"
#include "model/words.h"

namespace nightjar {
namespace {

constexpr int kActionsAtMost = 3;  // in kActionsWithin, then people look first
constexpr Duration kActionsWithin = minutes(15);

bool names(const std::vector<std::string>& list, std::string_view wanted) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& entry) { return entry == "*" || entry == wanted; });
}

bool governs(const PolicyConfig& policy, const Action& action) {
  return names(policy.actions, word(action.kind)) &&
         (names(policy.services, action.service.value) || names(policy.services, short_name(action.service)));
}

// What a permit demands of the evidence. A roll-back needs all of it; a restart rests on an instance that answers
// nothing.
std::optional<DecisionPart> evidence_gate(const PolicyConfig& policy, const Action& action, const Grounds& grounds) {
  const PolicyWhen& when = policy.when;
  if (action.kind == ActionKind::rollback) {
    if (when.harmful_verdict && !grounds.harmful_verdict)
      return DecisionPart{DecisionReason::verdict_not_harmful, "the change is not shown to be harmful so far"};
    if (grounds.e_value < when.e_value_at_least)
      return DecisionPart{DecisionReason::e_value_too_low,
                          fmt::format("evidence {} : 1, policy asks for {} : 1", three_digits(grounds.e_value),
                                      three_digits(when.e_value_at_least))};
  }
  if (grounds.confidence < when.confidence_at_least)
    return DecisionPart{DecisionReason::confidence_too_low,
                        fmt::format("confidence {}, policy asks for {}", certainty(grounds.confidence),
                                    percent(when.confidence_at_least))};
  if (grounds.second_confidence * when.times_second_at_least > grounds.confidence)
    return DecisionPart{DecisionReason::second_candidate_too_close,
                        fmt::format("another candidate has {}", certainty(grounds.second_confidence))};
  if (action.blast_radius.score > when.blast_score_at_most)
    return DecisionPart{DecisionReason::blast_score_too_high,
                        fmt::format("blast score {}, policy allows {}", three_digits(action.blast_radius.score),
                                    three_digits(when.blast_score_at_most))};
  return std::nullopt;
}

// Why a permitted action still needs a person; empty: it does not.
std::vector<DecisionPart> approval_reasons(const PolicyConfig& policy, const Action& action, const Grounds& grounds) {
  std::vector<DecisionPart> reasons;
  if (!policy.auto_allowed)
    reasons.push_back(
        {DecisionReason::approval_required, fmt::format("policy {} asks for {} approver{}", policy.name,
                                                        policy.approvals, policy.approvals == 1 ? "" : "s")});
  if (policy.auto_allowed && action.blast_radius.score > policy.auto_blast_score_at_most)
    reasons.push_back({DecisionReason::blast_score_too_high,
                       fmt::format("blast score {}, alone it may act up to {}", three_digits(action.blast_radius.score),
                                   three_digits(policy.auto_blast_score_at_most))});
  if (policy.auto_allowed && policy.auto_needs_concurrent_control && action.kind == ActionKind::rollback &&
      grounds.design != WatchDesign::concurrent_control)
    reasons.push_back(
        {DecisionReason::no_concurrent_control, "old and new did not run side by side: the past is only an estimate"});
  return reasons;
}

bool locked(const World& world, const Action& action, ServiceName& by) {
  auto near = world.graph.callees(action.service);
  near.merge(world.graph.callers(action.service));
  near.insert(action.service);
  for (const auto& [id, other] : world.actions) {
    if (id == action.id || id == action.undoes || !is_under_way(other.state) || !near.contains(other.service)) continue;
    by = other.service;
    return true;
  }
  return false;
}

}  // namespace

Grounds grounds_of(const World& world, const Action& action) {
  Grounds grounds;
  const auto incident = world.incidents.find(action.incident);
  if (incident == world.incidents.end()) return grounds;
  const auto& findings = incident->second.findings;
  for (const Finding& finding : findings) {
    const bool this_one = action.change ? finding.change == action.change : finding.service == action.service;
    if (this_one && grounds.confidence == 0)
      grounds.confidence = finding.confidence;
    else if (finding.kind != CauseKind::none)
      grounds.second_confidence = std::max(grounds.second_confidence, finding.confidence);
  }
  if (const Change* change = action.change ? world.change(*action.change) : nullptr) {
    grounds.e_value = change->watch.e_value;
    grounds.harmful_verdict = change->watch.verdict == WatchVerdict::harmful;
    grounds.design = change->watch.design;
  }
  return grounds;
}

const PolicyConfig* policy_for(const World& world, const Action& action) {
  const PolicyConfig* permit = nullptr;
  for (const PolicyConfig& policy : world.config.policies) {
    if (!governs(policy, action)) continue;
    if (policy.effect == PolicyEffect::forbid) return &policy;
    // The most specific permit speaks: one that names the service over "*".
    const bool specific =
        std::none_of(policy.services.begin(), policy.services.end(), [](const std::string& s) { return s == "*"; });
    if (permit == nullptr || specific) permit = &policy;
  }
  return permit;
}

std::optional<DecisionPart> obstacle(const World& world, const Action& action) {
  if (world.kill_switch) return DecisionPart{DecisionReason::kill_switch_on, "the kill switch is on"};
  if (!world.hand_connected)
    return DecisionPart{DecisionReason::hand_absent,
                        "nightjar hand is not connected; start it: nightjar hand --config …"};
  ServiceName by;
  if (locked(world, action, by))
    return DecisionPart{DecisionReason::service_locked, fmt::format("another action is under way at {}", by.value)};
  const PolicyConfig* policy = policy_for(world, action);
  int recent = 0;
  for (const auto& [id, other] : world.actions) {
    if (id == action.id || !other.started_at) continue;
    if (world.now - *other.started_at < kActionsWithin) ++recent;
    if (policy != nullptr && !action.undoes && other.service == action.service && other.kind == action.kind &&
        world.now - *other.started_at < policy->cooldown)
      return DecisionPart{DecisionReason::in_cooldown,
                          fmt::format("the same was done {} ago; a remedy is not repeated within {}",
                                      for_people(world.now - *other.started_at), for_people(policy->cooldown))};
  }
  if (recent >= kActionsAtMost)
    return DecisionPart{DecisionReason::too_many_actions,
                        fmt::format("{} actions within {}: people look first", recent, for_people(kActionsWithin))};
  return std::nullopt;
}

Decision decide(const World& world, const Action& action, const Grounds& grounds) {
  Decision decision;
  const PolicyConfig* policy = policy_for(world, action);
  if (policy == nullptr) {
    decision.reasons.push_back({DecisionReason::no_policy_permits,
                                fmt::format("no policy permits {} of {}", word(action.kind), action.service.value)});
    return decision;
  }
  decision.policy = policy->name;
  if (policy->effect == PolicyEffect::forbid) {
    decision.reasons.push_back(
        {DecisionReason::forbidden_by_policy, fmt::format("policy {} forbids it", policy->name)});
    return decision;
  }
  if (auto refused = evidence_gate(*policy, action, grounds)) {
    decision.reasons.push_back(std::move(*refused));
    return decision;
  }
  decision.reasons.push_back({DecisionReason::policy_permits, fmt::format("policy {} permits it", policy->name)});
  auto approval = approval_reasons(*policy, action, grounds);
  decision.approvals_needed = approval.empty() ? 0 : std::max(1, policy->approvals);
  decision.outcome = approval.empty() ? DecisionOutcome::auto_allowed : DecisionOutcome::needs_approval;
  std::move(approval.begin(), approval.end(), std::back_inserter(decision.reasons));
  return decision;
}

}  // namespace nightjar
