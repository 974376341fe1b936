// model/rollup.h
// What one closed window says, as aggregates that add up in any order: counts, integer sums, sketches. Lanes make
// partial ones, the owner lane adds them; keys are ordered so that every list is in the same order in every run.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "base/statistics/duration_sketch.h"
#include "base/time.h"
#include "model/ids.h"
#include "model/signals.h"

namespace nightjar {

// Requests served: spans of kind server or consumer (a root span of another kind counts as kind internal).
struct RequestKey {
  ServiceName service;
  std::string operation;  // "GET /products/{id}"
  std::string version;    // "" unknown
  InstanceName instance;
  auto operator<=>(const RequestKey&) const = default;
};
struct RequestCounts {
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;       // failed, for whatever reason
  std::uint64_t own_errors = 0;   // failed with no failing call of its own below it: the fault is here
  std::int64_t duration_ns = 0;   // sum
  std::int64_t self_time_ns = 0;  // sum of duration minus the union of its children's intervals
  DurationSketch durations;
  DurationSketch self_times;
  // The code named the operation (a route, an RPC, a queue), not the request's path: kept first when there are too
  // many.
  bool routed = false;
  void add(const RequestCounts& other);
};
struct RequestRollup {
  RequestKey key;
  RequestCounts counts;
};

enum class DependencyKind : std::uint8_t { http, grpc, database, messaging, external };
struct DependencyKey {
  ServiceName caller, callee;
  DependencyKind kind = DependencyKind::http;
  auto operator<=>(const DependencyKey&) const = default;
};
struct DependencyCounts {
  std::uint64_t calls = 0, errors = 0;
  std::int64_t duration_ns = 0;  // as the caller saw it
  DurationSketch durations;
  void add(const DependencyCounts& other);
};
struct DependencyRollup {
  DependencyKey key;
  DependencyCounts counts;
};

// Calls by the address they went to. In a lane's partial rollups only: engine/observe/merge.h learns from `answers` who
// lives at an address and turns `unanswered` calls into dependencies.
struct AnswerKey {
  ServiceName caller;
  std::string address;  // "127.0.0.1:9003"
  ServiceName callee;   // whose server span answered
  auto operator<=>(const AnswerKey&) const = default;
};
struct AnswerRollup {
  AnswerKey key;
  std::uint64_t calls = 0;
};
struct UnansweredKey {
  ServiceName caller;
  std::string address;   // "" unknown
  ServiceName external;  // its name when nobody instrumented ever answered there: "external cards.example.com"
  DependencyKind kind = DependencyKind::http;
  auto operator<=>(const UnansweredKey&) const = default;
};
struct UnansweredRollup {
  UnansweredKey key;
  DependencyCounts counts;
};

struct StatementKey {
  ServiceName service;   // the caller
  std::string version;   // of the caller
  std::string endpoint;  // operation of the nearest request span above: "GET /products/{id}"
  ServiceName database;  // "postgresql shop"
  StatementId statement;
  auto operator<=>(const StatementKey&) const = default;
};
struct StatementCounts {
  std::uint64_t calls = 0, errors = 0;
  std::int64_t duration_ns = 0, longest_ns = 0;
  std::string text;   // normalised: literals replaced, bounded; same for equal ids
  std::string table;  // "" when it could not be read off
  void add(const StatementCounts& other);
};
struct StatementRollup {
  StatementKey key;
  StatementCounts counts;
};

// Log lines and exceptions by pattern.
struct PatternKey {
  ServiceName service;
  std::string version;
  InstanceName instance;
  PatternId pattern;
  auto operator<=>(const PatternKey&) const = default;
};
struct PatternCounts {
  std::uint64_t lines = 0;
  int severity = 0;     // highest seen
  std::string text;     // the pattern
  std::string example;  // smallest line of the window in byte order: the same whatever the lane order
  void add(const PatternCounts& other);
};
struct PatternRollup {
  PatternKey key;
  PatternCounts counts;
};

// One metric series in this window, as the lane that owns it judges it. Counters are increments.
struct ClosedSeries {
  SeriesPtr series;
  MetricKind kind = MetricKind::gauge;  // counter or gauge
  std::uint32_t points = 0;
  double sum = 0, last = 0;  // of the values; counters: of the increments
  Timestamp last_time;
  bool ended = false;  // stale marker seen and nothing after it
};

// A series with a limit, or the limit itself (model/limits.h): every lane hears of these.
struct MetricKey {
  SeriesId series;
  auto operator<=>(const MetricKey&) const = default;
};
struct MetricCounts {
  ServiceName service;  // "" when the labels do not tell
  InstanceName instance;
  std::string name;
  Attributes labels;
  MetricKind kind = MetricKind::gauge;
  std::uint64_t points = 0;
  double sum = 0, last = 0;  // of the values; counters: of the increments
  Timestamp last_time;
  bool ended = false;
};
struct MetricRollup {
  MetricKey key;
  MetricCounts counts;
};

// Everything about one window, each list ascending by key without repeats.
struct WindowRollups {
  TimeRange window;
  std::vector<RequestRollup> requests;
  std::vector<DependencyRollup> dependencies;
  std::vector<StatementRollup> statements;
  std::vector<PatternRollup> patterns;
  std::vector<MetricRollup> metrics;
  std::uint64_t metric_points = 0;           // of all series
  std::uint64_t late = 0;                    // items that came after their window had closed: counted, not used
  std::vector<AnswerRollup> answers;         // partial rollups only, empty once merged
  std::vector<UnansweredRollup> unanswered;  // partial rollups only, empty once merged
};

}  // namespace nightjar
