// wire/json/describe_action.h
// Fields of actions, their decisions and reports, and of what people ask for.
// Read by the walks of wire/json/fields.h.
#pragma once

#include "model/action.h"
#include "model/command.h"

#include "wire/json/fields.h"

namespace nightjar::fields {

template <class Walk>
void describe(Walk& walk, Of<Walk, BlastRadius>& v) {
  walk("score", v.score);
  walk("exposure", v.exposure);
  walk("reach", v.reach);
  walk("tier", v.tier);
  walk("irreversibility", v.irreversibility);
  walk("uncertainty", v.uncertainty);
  walk("text", v.text);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, DecisionPart>& v) {
  walk("reason", v.reason);
  walk("text", v.text);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Decision>& v) {
  walk("outcome", v.outcome);
  walk("approvals_needed", v.approvals_needed);
  walk("policy", v.policy);
  walk("reasons", v.reasons);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Approval>& v) {
  walk("person", v.person);
  walk("at", v.at);
  walk("via", v.via);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Verification>& v) {
  walk("outcome", v.outcome);
  walk("e_improved", v.e_improved);
  walk("e_worse", v.e_worse);
  walk("text", v.text);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Action>& v) {
  walk("id", v.id);
  walk("incident", v.incident);
  walk("kind", v.kind);
  walk("runbook", v.runbook);
  walk("service", v.service);
  walk("change", v.change);
  walk("arguments", v.arguments);
  walk("text", v.text);
  walk("undo", v.undo);
  walk("will_check", v.will_check);
  walk("undo_by", v.undo_by);
  walk("undoes", v.undoes);
  walk("plan_hash", v.plan_hash);
  walk("blast_radius", v.blast_radius);
  walk("state", v.state);
  walk("decision", v.decision);
  walk("approvals", v.approvals);
  walk("rejected_by", v.rejected_by);
  walk("proposed_at", v.proposed_at);
  walk("expires_at", v.expires_at);
  walk("decided_at", v.decided_at);
  walk("started_at", v.started_at);
  walk("finished_at", v.finished_at);
  walk("verified_at", v.verified_at);
  walk("verification", v.verification);
  walk("outcome_text", v.outcome_text);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, ActionReport>& v) {
  walk("action", v.action);
  walk("kind", v.kind);
  walk("at", v.at);
  walk("text", v.text);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, ApproveAction>& v) {
  walk("action", v.action);
  walk("plan_hash", v.plan_hash);
  walk("via", v.via);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, RejectAction>& v) {
  walk("action", v.action);
  walk("plan_hash", v.plan_hash);
  walk("why", v.why);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, AcknowledgeIncident>& v) {
  walk("incident", v.incident);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, SetKillSwitch>& v) {
  walk("on", v.on);
  walk("why", v.why);
}

}  // namespace nightjar::fields
