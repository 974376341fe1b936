#include <nlohmann/json.hpp>

#include "wire/json/api_json.h"
#include "wire/json/words.h"

namespace nightjar {
namespace {

nlohmann::json api_blast_radius(const BlastRadius& blast) {
  return {{"score", blast.score},
          {"exposure", blast.exposure},
          {"reach", blast.reach},
          {"tier", blast.tier},
          {"irreversibility", blast.irreversibility},
          {"uncertainty", blast.uncertainty},
          {"text", blast.text}};
}

nlohmann::json api_decision(const Decision& decision) {
  nlohmann::json reasons = nlohmann::json::array();
  for (const DecisionPart& part : decision.reasons)
    reasons.push_back({{"code", word(part.reason)}, {"text", part.text}});
  return {{"outcome", word(decision.outcome)},
          {"approvals_needed", decision.approvals_needed},
          {"policy", api_text(decision.policy)},
          {"reasons", reasons}};
}

nlohmann::json api_verification(const std::optional<Verification>& verification) {
  if (!verification) return {};
  return {{"outcome", word(verification->outcome)},
          {"e_improved", std::min(verification->e_improved, 1e300)},
          {"text", verification->text}};
}

}  // namespace

nlohmann::json api_action(const Action& action) {
  nlohmann::json approvals = nlohmann::json::array();
  for (const Approval& approval : action.approvals)
    approvals.push_back({{"person", approval.person}, {"at", api_time(approval.at)}, {"via", word(approval.via)}});
  return {{"id", to_string(action.id)},
          {"incident_id", to_string(action.incident)},
          {"kind", word(action.kind)},
          {"runbook", action.runbook},
          {"service", action.service.value},
          {"state", word(action.state)},
          {"text", action.text},
          {"arguments", nlohmann::json::object_t(action.arguments.begin(), action.arguments.end())},
          {"plan_hash", action.plan_hash},
          {"undo", action.undo},
          {"undoes", action.undoes ? nlohmann::json(to_string(*action.undoes)) : nlohmann::json()},
          {"will_check", action.will_check},
          {"blast_radius", api_blast_radius(action.blast_radius)},
          {"decision", api_decision(action.decision)},
          {"approvals", approvals},
          {"proposed_at", api_time(action.proposed_at)},
          {"decided_at", api_time(action.decided_at)},
          {"started_at", api_time(action.started_at)},
          {"finished_at", api_time(action.finished_at)},
          {"verified_at", api_time(action.verified_at)},
          {"verification", api_verification(action.verification)},
          {"expires_at", api_time(action.expires_at)},
          {"rejected_by", api_text(action.rejected_by)},
          {"outcome_text", api_text(action.outcome_text)}};
}

}  // namespace nightjar
