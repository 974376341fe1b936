// wire/json/describe_config.h
// Fields of the configuration that decides.
// Read by the walks of wire/json/fields.h.
#pragma once

#include "model/config.h"

#include "wire/json/fields.h"

namespace nightjar::fields {

template <class Walk>
void describe(Walk& walk, Of<Walk, ServiceConfig>& v) {
  walk("service", v.service);
  walk("owner", v.owner);
  walk("repository", v.repository);
  walk("tier", v.tier);
  walk("deployed_as", v.deployed_as);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, SloConfig>& v) {
  walk("name", v.name);
  walk("service", v.service);
  walk("objective", v.objective);
  walk("window", v.window);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, RouteConfig>& v) {
  walk("services", v.services);
  walk("notify", v.notify);
  walk("tickets", v.tickets);
  walk("approver", v.approver);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, PolicyWhen>& v) {
  walk("harmful_verdict", v.harmful_verdict);
  walk("e_value_at_least", v.e_value_at_least);
  walk("confidence_at_least", v.confidence_at_least);
  walk("times_second_at_least", v.times_second_at_least);
  walk("blast_score_at_most", v.blast_score_at_most);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, PolicyConfig>& v) {
  walk("name", v.name);
  walk("effect", v.effect);
  walk("actions", v.actions);
  walk("services", v.services);
  walk("when", v.when);
  walk("auto_allowed", v.auto_allowed);
  walk("auto_needs_concurrent_control", v.auto_needs_concurrent_control);
  walk("auto_blast_score_at_most", v.auto_blast_score_at_most);
  walk("approvals", v.approvals);
  walk("approval_ttl", v.approval_ttl);
  walk("verify_window", v.verify_window);
  walk("verify_max", v.verify_max);
  walk("cooldown", v.cooldown);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, RunbookConfig>& v) {
  walk("name", v.name);
  walk("arguments", v.arguments);
  walk("undo", v.undo);
  walk("undo_by", v.undo_by);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, EngineConfig>& v) {
  walk("environment", v.environment);
  walk("window", v.window);
  walk("lateness", v.lateness);
  walk("public_url", v.public_url);
  walk("services", v.services);
  walk("slos", v.slos);
  walk("routes", v.routes);
  walk("destination_kinds", v.destination_kinds);
  walk("policies", v.policies);
  walk("runbooks", v.runbooks);
}

}  // namespace nightjar::fields
