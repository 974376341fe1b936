// wire/json/describe_incident.h
// Fields of incidents.
// Read by the walks of wire/json/fields.h.
#pragma once

#include "model/incident.h"
#include "wire/json/describe_change.h"
#include "wire/json/describe_judgement.h"

#include "wire/json/fields.h"

namespace nightjar::fields {

template <class Walk>
void describe(Walk& walk, Of<Walk, JoinReason>& v) {
  walk("term", v.term);
  walk("value", v.value);
  walk("text", v.text);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Symptom>& v) {
  walk("id", v.id);
  walk("kind", v.kind);
  walk("fingerprint", v.fingerprint);
  walk("service", v.service);
  walk("operation", v.operation);
  walk("instance", v.instance);
  walk("label", v.label);
  walk("at", v.at);
  walk("onset", v.onset);
  walk("strength", v.strength);
  walk("open", v.open);
  walk("change", v.change);
  walk("alert", v.alert);
  walk("series", v.series);
  walk("text", v.text);
  walk("joined", v.joined);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Evidence>& v) {
  walk("kind", v.kind);
  walk("text", v.text);
  walk("weight", v.weight);
  walk("e_value", v.e_value);
  walk("series", v.series);
  walk("version", v.version);
  walk("window", v.window);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, StatementCause>& v) {
  walk("fingerprint", v.fingerprint);
  walk("text", v.text);
  walk("table", v.table);
  walk("database", v.database);
  walk("endpoint", v.endpoint);
  walk("calls", v.calls);
  walk("mean_ms", v.mean_ms);
  walk("new_in_version", v.new_in_version);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Finding>& v) {
  walk("kind", v.kind);
  walk("service", v.service);
  walk("version", v.version);
  walk("commit", v.commit);
  walk("instance", v.instance);
  walk("change", v.change);
  walk("statement", v.statement);
  walk("confidence", v.confidence);
  walk("text", v.text);
  walk("evidence", v.evidence);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, RuledOut>& v) {
  walk("kind", v.kind);
  walk("service", v.service);
  walk("version", v.version);
  walk("change", v.change);
  walk("reason", v.reason);
  walk("text", v.text);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Hurt>& v) {
  walk("requests", v.requests);
  walk("requests_failed", v.requests_failed);
  walk("requests_slow", v.requests_slow);
  walk("endpoints", v.endpoints);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, TimelineEntry>& v) {
  walk("at", v.at);
  walk("kind", v.kind);
  walk("text", v.text);
  walk("ref", v.ref);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, TicketRef>& v) {
  walk("url", v.url);
  walk("key", v.key);
  walk("state", v.state);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Incident>& v) {
  walk("id", v.id);
  walk("title", v.title);
  walk("sentence", v.sentence);
  walk("state", v.state);
  walk("severity", v.severity);
  walk("service", v.service);
  walk("onset", v.onset);
  walk("opened_at", v.opened_at);
  walk("updated_at", v.updated_at);
  walk("resolved_at", v.resolved_at);
  walk("hurt", v.hurt);
  walk("symptoms", v.symptoms);
  walk("findings", v.findings);
  walk("ruled_out", v.ruled_out);
  walk("actions", v.actions);
  walk("ticket", v.ticket);
  walk("acknowledged_by", v.acknowledged_by);
  walk("timeline", v.timeline);
}

}  // namespace nightjar::fields
