// model/action.h
// What may be done about an incident: Proposal -> Decision -> Action -> Verification. Every step is a record, also
// every no.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/change.h"
#include "model/ids.h"

namespace nightjar {

enum class ActionKind : std::uint8_t { rollback, restart, scale, script };
enum class ActionState : std::uint8_t {
  proposed,
  denied,
  shadowed,
  awaiting_approval,
  rejected,
  expired,
  approved,
  blocked,
  running,
  verifying,
  succeeded,
  undoing,
  undone,
  needs_human,
  failed,
  unknown
};
std::string_view word(ActionKind kind);
std::string_view word(ActionState state);

// The terms of the score, each 0..1; score = 100 * tier * (0.45 * reach * exposure + 0.35 * irreversibility + 0.20 *
// uncertainty).
struct BlastRadius {
  double score = 0;
  double exposure = 0;         // share of the service's capacity changed in one step
  double reach = 0;            // share of user-facing requests whose call tree contains the service
  double tier = 0.5;           // how much the service matters, from the operator
  double irreversibility = 0;  // 1 - P(undo works)
  double uncertainty = 0;      // 1 - confidence of the finding
  std::string text;
};

enum class DecisionOutcome : std::uint8_t { auto_allowed, needs_approval, denied };
enum class DecisionReason : std::uint8_t {
  policy_permits,
  no_policy_permits,
  forbidden_by_policy,
  verdict_not_harmful,
  e_value_too_low,
  confidence_too_low,
  second_candidate_too_close,
  blast_score_too_high,
  no_concurrent_control,
  approval_required,
  kill_switch_on,
  hand_absent,
  in_cooldown,
  service_locked,
  too_many_actions,
  plan_changed,
  enough_approvals,
  undo_unknown,
  budget_exhausted_mitigation_allowed,
  undo_of_a_decided_plan
};
std::string_view word(DecisionOutcome outcome);
std::string_view word(DecisionReason reason);
struct DecisionPart {
  DecisionReason reason = DecisionReason::no_policy_permits;
  std::string text;
};
struct Decision {
  DecisionOutcome outcome = DecisionOutcome::denied;
  int approvals_needed = 0;
  std::string policy;  // "" none matched
  std::vector<DecisionPart> reasons;
};

enum class ApprovalVia : std::uint8_t { console, cli, link, api };
std::string_view word(ApprovalVia via);
struct Approval {
  std::string person;
  Timestamp at;
  ApprovalVia via = ApprovalVia::api;
};

enum class VerificationOutcome : std::uint8_t { improved, not_improved, worse, inconclusive };
std::string_view word(VerificationOutcome outcome);
struct Verification {
  VerificationOutcome outcome = VerificationOutcome::inconclusive;
  double e_improved = 1, e_worse = 1;
  std::string text;
};

struct Action {
  ActionId id;
  IncidentId incident;
  ActionKind kind = ActionKind::rollback;
  std::string runbook;  // entry of the operator's catalogue
  ServiceName service;
  std::optional<ChangeId> change;                // that it takes back
  std::map<std::string, std::string> arguments;  // {"service": "payment", "to_version": "2.4.0"}
  std::string text, undo, will_check;
  std::string undo_by;             // entry of the catalogue that takes it back when it made things worse; "" none
  std::optional<ActionId> undoes;  // this one takes that one back: part of the plan that was decided then
  std::string plan_hash;           // SHA-256 of the canonical plan; approvals bind to it
  BlastRadius blast_radius;
  ActionState state = ActionState::proposed;
  Decision decision;
  std::vector<Approval> approvals;
  std::string rejected_by;
  Timestamp proposed_at, expires_at;
  std::optional<Timestamp> decided_at, started_at, finished_at, verified_at;
  std::optional<Verification> verification;
  std::string outcome_text;  // what hand reported
};

// What hand tells about an action it was given.
enum class ReportKind : std::uint8_t { started, succeeded, failed, refused, unknown };
std::string_view word(ReportKind kind);
struct ActionReport {
  ActionId action;
  ReportKind kind = ReportKind::started;
  Timestamp at;      // wall time at hand
  std::string text;  // exit code and last lines of output, bounded; or why it was refused
};

}  // namespace nightjar
