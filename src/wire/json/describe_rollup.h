// wire/json/describe_rollup.h
// Fields of one window's aggregates; only ever walked for their digest.
// Read by the walks of wire/json/fields.h.
#pragma once

#include "model/rollup.h"
#include "wire/json/describe_judgement.h"

#include "wire/json/fields.h"

namespace nightjar::fields {

template <class Walk>
void describe(Walk& walk, Of<Walk, RequestKey>& v) {
  walk("service", v.service);
  walk("operation", v.operation);
  walk("version", v.version);
  walk("instance", v.instance);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, RequestCounts>& v) {
  walk("requests", v.requests);
  walk("errors", v.errors);
  walk("own_errors", v.own_errors);
  walk("duration_ns", v.duration_ns);
  walk("self_time_ns", v.self_time_ns);
  walk("durations", v.durations);
  walk("self_times", v.self_times);
  walk("routed", v.routed);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, RequestRollup>& v) {
  walk("key", v.key);
  walk("counts", v.counts);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, DependencyKey>& v) {
  walk("caller", v.caller);
  walk("callee", v.callee);
  walk("kind", v.kind);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, DependencyCounts>& v) {
  walk("calls", v.calls);
  walk("errors", v.errors);
  walk("duration_ns", v.duration_ns);
  walk("durations", v.durations);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, DependencyRollup>& v) {
  walk("key", v.key);
  walk("counts", v.counts);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, StatementKey>& v) {
  walk("service", v.service);
  walk("version", v.version);
  walk("endpoint", v.endpoint);
  walk("database", v.database);
  walk("statement", v.statement);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, StatementCounts>& v) {
  walk("calls", v.calls);
  walk("errors", v.errors);
  walk("duration_ns", v.duration_ns);
  walk("longest_ns", v.longest_ns);
  walk("text", v.text);
  walk("table", v.table);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, StatementRollup>& v) {
  walk("key", v.key);
  walk("counts", v.counts);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, PatternKey>& v) {
  walk("service", v.service);
  walk("version", v.version);
  walk("instance", v.instance);
  walk("pattern", v.pattern);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, PatternCounts>& v) {
  walk("lines", v.lines);
  walk("severity", v.severity);
  walk("text", v.text);
  walk("example", v.example);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, PatternRollup>& v) {
  walk("key", v.key);
  walk("counts", v.counts);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, MetricKey>& v) {
  walk("series", v.series);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, MetricCounts>& v) {
  walk("service", v.service);
  walk("instance", v.instance);
  walk("name", v.name);
  walk("labels", v.labels);
  walk("kind", v.kind);
  walk("points", v.points);
  walk("sum", v.sum);
  walk("last", v.last);
  walk("last_time", v.last_time);
  walk("ended", v.ended);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, MetricRollup>& v) {
  walk("key", v.key);
  walk("counts", v.counts);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, AnswerKey>& v) {
  walk("caller", v.caller);
  walk("address", v.address);
  walk("callee", v.callee);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, AnswerRollup>& v) {
  walk("key", v.key);
  walk("calls", v.calls);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, UnansweredKey>& v) {
  walk("caller", v.caller);
  walk("address", v.address);
  walk("external", v.external);
  walk("kind", v.kind);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, UnansweredRollup>& v) {
  walk("key", v.key);
  walk("counts", v.counts);
}

template <class Walk>
void describe(Walk& walk, Of<Walk, WindowRollups>& v) {
  walk("window", v.window);
  walk("requests", v.requests);
  walk("dependencies", v.dependencies);
  walk("statements", v.statements);
  walk("patterns", v.patterns);
  walk("metrics", v.metrics);
  walk("metric_points", v.metric_points);
  walk("late", v.late);
  walk("answers", v.answers);
  walk("unanswered", v.unanswered);
}

}  // namespace nightjar::fields
