// The words people and the API read. One switch per enum without default, so that the compiler finds what a new value
// forgot.
#include "model/words.h"

#include <algorithm>

#include "base/hash.h"
#include "model/rollup.h"

namespace nightjar {

std::string_view word(Measure measure) {
  switch (measure) {
    case Measure::requests:
      return "requests";
    case Measure::error_ratio:
      return "error_ratio";
    case Measure::p95:
      return "p95";
    case Measure::self_time:
      return "self_time";
    case Measure::calls:
      return "calls";
    case Measure::metric:
      return "metric";
    case Measure::log_lines:
      return "log_lines";
  }
  return {};
}

std::string_view word(AnomalyKind kind) {
  switch (kind) {
    case AnomalyKind::spike:
      return "spike";
    case AnomalyKind::drop:
      return "drop";
    case AnomalyKind::shift:
      return "shift";
    case AnomalyKind::level_shift:
      return "level_shift";
    case AnomalyKind::new_pattern:
      return "new_pattern";
    case AnomalyKind::silence:
      return "silence";
    case AnomalyKind::creep:
      return "creep";
  }
  return {};
}

std::string_view word(Grade grade) {
  switch (grade) {
    case Grade::weak:
      return "weak";
    case Grade::clear:
      return "clear";
    case Grade::strong:
      return "strong";
  }
  return {};
}

std::string_view word(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::deploy:
      return "deploy";
    case ChangeKind::config:
      return "config";
    case ChangeKind::flag:
      return "flag";
    case ChangeKind::migration:
      return "migration";
    case ChangeKind::scaling:
      return "scaling";
    case ChangeKind::push:
      return "push";
  }
  return {};
}

std::string_view word(ChangeStatus status) {
  switch (status) {
    case ChangeStatus::running:
      return "running";
    case ChangeStatus::succeeded:
      return "succeeded";
    case ChangeStatus::failed:
      return "failed";
  }
  return {};
}

std::string_view word(ChangeSource source) {
  switch (source) {
    case ChangeSource::github:
      return "github";
    case ChangeSource::api:
      return "api";
    case ChangeSource::observed:
      return "observed";
    case ChangeSource::gitlab:
      return "gitlab";
    case ChangeSource::gitea:
      return "gitea";
    case ChangeSource::jenkins:
      return "jenkins";
    case ChangeSource::argocd:
      return "argocd";
    case ChangeSource::flux:
      return "flux";
    case ChangeSource::cdevents:
      return "cdevents";
  }
  return {};
}

std::string_view word(TicketSystem system) {
  switch (system) {
    case TicketSystem::jira:
      return "jira";
    case TicketSystem::servicenow:
      return "servicenow";
    case TicketSystem::github:
      return "github";
    case TicketSystem::gitea:
      return "gitea";
  }
  return {};
}

std::string_view word(TicketNews news) {
  switch (news) {
    case TicketNews::opened:
      return "opened";
    case TicketNews::updated:
      return "updated";
    case TicketNews::commented:
      return "commented";
    case TicketNews::resolved:
      return "resolved";
    case TicketNews::reopened:
      return "reopened";
  }
  return {};
}

std::string_view word(WatchVerdict verdict) {
  switch (verdict) {
    case WatchVerdict::watching:
      return "watching";
    case WatchVerdict::harmful:
      return "harmful";
    case WatchVerdict::no_harm:
      return "no_harm";
    case WatchVerdict::inconclusive:
      return "inconclusive";
  }
  return {};
}

std::string_view word(WatchDesign design) {
  switch (design) {
    case WatchDesign::none:
      return "none";
    case WatchDesign::concurrent_control:
      return "concurrent_control";
    case WatchDesign::before_after:
      return "before_after";
  }
  return {};
}

std::string_view word(SymptomKind kind) {
  switch (kind) {
    case SymptomKind::error_ratio:
      return "error_ratio";
    case SymptomKind::latency:
      return "latency";
    case SymptomKind::silence:
      return "silence";
    case SymptomKind::alert:
      return "alert";
    case SymptomKind::harmful_change:
      return "harmful_change";
    case SymptomKind::saturation:
      return "saturation";
    case SymptomKind::log_pattern:
      return "log_pattern";
    case SymptomKind::burn:
      return "burn";
    case SymptomKind::exhaustion:
      return "exhaustion";
  }
  return {};
}

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::high:
      return "high";
    case Severity::critical:
      return "critical";
  }
  return {};
}

std::string_view word(IncidentState state) {
  switch (state) {
    case IncidentState::open:
      return "open";
    case IncidentState::mitigated:
      return "mitigated";
    case IncidentState::resolved:
      return "resolved";
  }
  return {};
}

std::string_view word(JoinTerm term) {
  switch (term) {
    case JoinTerm::opened:
      return "opened";
    case JoinTerm::same_fingerprint:
      return "same_fingerprint";
    case JoinTerm::time:
      return "time";
    case JoinTerm::topology:
      return "topology";
    case JoinTerm::label:
      return "label";
    case JoinTerm::change:
      return "change";
  }
  return {};
}

std::string_view word(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::concurrent_control:
      return "concurrent_control";
    case EvidenceKind::before_after:
      return "before_after";
    case EvidenceKind::new_log_pattern:
      return "new_log_pattern";
    case EvidenceKind::new_statement:
      return "new_statement";
    case EvidenceKind::slow_statement:
      return "slow_statement";
    case EvidenceKind::callee_normal:
      return "callee_normal";
    case EvidenceKind::callee_ill:
      return "callee_ill";
    case EvidenceKind::self_time:
      return "self_time";
    case EvidenceKind::instance_silent:
      return "instance_silent";
    case EvidenceKind::exposure:
      return "exposure";
    case EvidenceKind::saturation:
      return "saturation";
    case EvidenceKind::own_errors:
      return "own_errors";
  }
  return {};
}

std::string_view word(CauseKind kind) {
  switch (kind) {
    case CauseKind::change:
      return "change";
    case CauseKind::dependency:
      return "dependency";
    case CauseKind::statement:
      return "statement";
    case CauseKind::instance:
      return "instance";
    case CauseKind::saturation:
      return "saturation";
    case CauseKind::log:
      return "log";
    case CauseKind::none:
      return "none";
  }
  return {};
}

std::string_view word(RuledOutReason reason) {
  switch (reason) {
    case RuledOutReason::no_harm:
      return "no_harm";
    case RuledOutReason::exonerated_by_control:
      return "exonerated_by_control";
    case RuledOutReason::not_exposed:
      return "not_exposed";
    case RuledOutReason::normal:
      return "normal";
    case RuledOutReason::explained_by_callee:
      return "explained_by_callee";
    case RuledOutReason::too_old:
      return "too_old";
    case RuledOutReason::not_enough_data:
      return "not_enough_data";
  }
  return {};
}

std::string_view word(TimelineKind kind) {
  switch (kind) {
    case TimelineKind::change:
      return "change";
    case TimelineKind::anomaly:
      return "anomaly";
    case TimelineKind::alert:
      return "alert";
    case TimelineKind::incident:
      return "incident";
    case TimelineKind::finding:
      return "finding";
    case TimelineKind::proposal:
      return "proposal";
    case TimelineKind::decision:
      return "decision";
    case TimelineKind::action:
      return "action";
    case TimelineKind::verification:
      return "verification";
    case TimelineKind::notification:
      return "notification";
    case TimelineKind::ticket:
      return "ticket";
    case TimelineKind::person:
      return "person";
  }
  return {};
}

std::string_view word(ActionKind kind) {
  switch (kind) {
    case ActionKind::rollback:
      return "rollback";
    case ActionKind::restart:
      return "restart";
    case ActionKind::scale:
      return "scale";
    case ActionKind::script:
      return "script";
  }
  return {};
}

std::string_view word(ActionState state) {
  switch (state) {
    case ActionState::proposed:
      return "proposed";
    case ActionState::denied:
      return "denied";
    case ActionState::shadowed:
      return "shadowed";
    case ActionState::awaiting_approval:
      return "awaiting_approval";
    case ActionState::rejected:
      return "rejected";
    case ActionState::expired:
      return "expired";
    case ActionState::approved:
      return "approved";
    case ActionState::blocked:
      return "blocked";
    case ActionState::running:
      return "running";
    case ActionState::verifying:
      return "verifying";
    case ActionState::succeeded:
      return "succeeded";
    case ActionState::undoing:
      return "undoing";
    case ActionState::undone:
      return "undone";
    case ActionState::needs_human:
      return "needs_human";
    case ActionState::failed:
      return "failed";
    case ActionState::unknown:
      return "unknown";
  }
  return {};
}

std::string_view word(DecisionOutcome outcome) {
  switch (outcome) {
    case DecisionOutcome::auto_allowed:
      return "auto";
    case DecisionOutcome::needs_approval:
      return "needs_approval";
    case DecisionOutcome::denied:
      return "denied";
  }
  return {};
}

std::string_view word(DecisionReason reason) {
  switch (reason) {
    case DecisionReason::policy_permits:
      return "policy_permits";
    case DecisionReason::no_policy_permits:
      return "no_policy_permits";
    case DecisionReason::forbidden_by_policy:
      return "forbidden_by_policy";
    case DecisionReason::verdict_not_harmful:
      return "verdict_not_harmful";
    case DecisionReason::e_value_too_low:
      return "e_value_too_low";
    case DecisionReason::confidence_too_low:
      return "confidence_too_low";
    case DecisionReason::second_candidate_too_close:
      return "second_candidate_too_close";
    case DecisionReason::blast_score_too_high:
      return "blast_score_too_high";
    case DecisionReason::no_concurrent_control:
      return "no_concurrent_control";
    case DecisionReason::approval_required:
      return "approval_required";
    case DecisionReason::kill_switch_on:
      return "kill_switch_on";
    case DecisionReason::hand_absent:
      return "hand_absent";
    case DecisionReason::in_cooldown:
      return "in_cooldown";
    case DecisionReason::service_locked:
      return "service_locked";
    case DecisionReason::too_many_actions:
      return "too_many_actions";
    case DecisionReason::plan_changed:
      return "plan_changed";
    case DecisionReason::enough_approvals:
      return "enough_approvals";
    case DecisionReason::undo_unknown:
      return "undo_unknown";
    case DecisionReason::undo_of_a_decided_plan:
      return "undo_of_a_decided_plan";
    case DecisionReason::budget_exhausted_mitigation_allowed:
      return "budget_exhausted_mitigation_allowed";
  }
  return {};
}

std::string_view word(ApprovalVia via) {
  switch (via) {
    case ApprovalVia::console:
      return "console";
    case ApprovalVia::cli:
      return "cli";
    case ApprovalVia::link:
      return "link";
    case ApprovalVia::api:
      return "api";
  }
  return {};
}

std::string_view word(VerificationOutcome outcome) {
  switch (outcome) {
    case VerificationOutcome::improved:
      return "improved";
    case VerificationOutcome::not_improved:
      return "not_improved";
    case VerificationOutcome::worse:
      return "worse";
    case VerificationOutcome::inconclusive:
      return "inconclusive";
  }
  return {};
}

std::string_view word(ReportKind kind) {
  switch (kind) {
    case ReportKind::started:
      return "started";
    case ReportKind::succeeded:
      return "succeeded";
    case ReportKind::failed:
      return "failed";
    case ReportKind::refused:
      return "refused";
    case ReportKind::unknown:
      return "unknown";
  }
  return {};
}

std::string_view word(NotifyReason reason) {
  switch (reason) {
    case NotifyReason::first_notification:
      return "first_notification";
    case NotifyReason::got_worse:
      return "got_worse";
    case NotifyReason::cause_found:
      return "cause_found";
    case NotifyReason::approval_needed:
      return "approval_needed";
    case NotifyReason::action_started:
      return "action_started";
    case NotifyReason::verified:
      return "verified";
    case NotifyReason::needs_human:
      return "needs_human";
    case NotifyReason::resolved:
      return "resolved";
    case NotifyReason::repeat_due:
      return "repeat_due";
    case NotifyReason::silenced:
      return "silenced";
    case NotifyReason::in_maintenance:
      return "in_maintenance";
    case NotifyReason::unchanged:
      return "unchanged";
  }
  return {};
}

std::string_view word(DeliveryOperation operation) {
  switch (operation) {
    case DeliveryOperation::create:
      return "create";
    case DeliveryOperation::update:
      return "update";
    case DeliveryOperation::comment:
      return "comment";
    case DeliveryOperation::close:
      return "close";
  }
  return {};
}

std::string_view word(SloState state) {
  switch (state) {
    case SloState::ok:
      return "ok";
    case SloState::burning:
      return "burning";
    case SloState::exhausted:
      return "exhausted";
    case SloState::not_enough_data:
      return "not_enough_data";
  }
  return {};
}

std::string_view word(DependencyKind kind) {
  switch (kind) {
    case DependencyKind::http:
      return "http";
    case DependencyKind::grpc:
      return "grpc";
    case DependencyKind::database:
      return "database";
    case DependencyKind::messaging:
      return "messaging";
    case DependencyKind::external:
      return "external";
  }
  return {};
}

std::string_view find_attribute(const Attributes& attributes, std::string_view key) {
  const auto found = std::lower_bound(attributes.begin(), attributes.end(), key,
                                      [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
  return found != attributes.end() && found->first == key ? std::string_view(found->second) : std::string_view();
}

SeriesId SeriesKey::id() const {
  std::uint64_t hash = stable_hash(service.value, 1);
  hash = combine_hash(hash, stable_hash(operation, 2));
  hash = combine_hash(hash, stable_hash(instance.value, 3));
  hash = combine_hash(hash, static_cast<std::uint64_t>(measure));
  return {combine_hash(hash, stable_hash(name, 4))};
}

void RequestCounts::add(const RequestCounts& other) {
  requests += other.requests;
  errors += other.errors;
  own_errors += other.own_errors;
  duration_ns += other.duration_ns;
  self_time_ns += other.self_time_ns;
  durations.add(other.durations);
  self_times.add(other.self_times);
  routed = routed || other.routed;
}

void DependencyCounts::add(const DependencyCounts& other) {
  calls += other.calls;
  errors += other.errors;
  duration_ns += other.duration_ns;
  durations.add(other.durations);
}

void StatementCounts::add(const StatementCounts& other) {
  calls += other.calls;
  errors += other.errors;
  duration_ns += other.duration_ns;
  longest_ns = std::max(longest_ns, other.longest_ns);
  if (text.empty()) text = other.text;
  if (table.empty()) table = other.table;
}

void PatternCounts::add(const PatternCounts& other) {
  lines += other.lines;
  severity = std::max(severity, other.severity);
  if (text.empty()) text = other.text;
  // The smallest, not the first: which lane came first must not show.
  if (example.empty() || (!other.example.empty() && other.example < example)) example = other.example;
}

}  // namespace nightjar
