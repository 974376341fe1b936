// wire/json/describe_change.h
// Fields of alerts, changes and their watch.
// Read by the walks of wire/json/fields.h.
#pragma once

#include "model/alert.h"
#include "model/change.h"

#include "wire/json/fields.h"

namespace nightjar::fields {

template <class Walk>
void describe(Walk& walk, Of<Walk, Alert>& v) {
  walk("fingerprint", v.fingerprint);
  walk("name", v.name);
  walk("service", v.service);
  walk("instance", v.instance);
  walk("severity", v.severity);
  walk("summary", v.summary);
  walk("sender", v.sender);
  walk("labels", v.labels);
  walk("annotations", v.annotations);
  walk("starts_at", v.starts_at);
  walk("ends_at", v.ends_at);
  walk("generator_url", v.generator_url);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, ChangeEvent>& v) {
  walk("key", v.key);
  walk("delivery", v.delivery);
  walk("kind", v.kind);
  walk("source", v.source);
  walk("status", v.status);
  walk("service", v.service);
  walk("application", v.application);
  walk("version", v.version);
  walk("previous_version", v.previous_version);
  walk("commit", v.commit);
  walk("repository", v.repository);
  walk("author", v.author);
  walk("environment", v.environment);
  walk("url", v.url);
  walk("title", v.title);
  walk("caused_by", v.caused_by);
  walk("started_at", v.started_at);
  walk("finished_at", v.finished_at);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, ChangeWatch>& v) {
  walk("verdict", v.verdict);
  walk("design", v.design);
  walk("measure", v.measure);
  walk("e_value", v.e_value);
  walk("e_value_no_harm", v.e_value_no_harm);
  walk("requests_new", v.requests_new);
  walk("errors_new", v.errors_new);
  walk("requests_old", v.requests_old);
  walk("errors_old", v.errors_old);
  walk("decided_at", v.decided_at);
  walk("onset", v.onset);
  walk("text", v.text);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, Change>& v) {
  walk("id", v.id);
  walk("event", v.event);
  walk("watch", v.watch);
}

}  // namespace nightjar::fields
