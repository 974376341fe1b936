// model/incident.h
// Symptoms that belong together, why, and what caused them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/alert.h"
#include "model/anomaly.h"
#include "model/change.h"
#include "model/ids.h"

namespace nightjar {

enum class SymptomKind : std::uint8_t {
  error_ratio,
  latency,
  silence,
  alert,
  harmful_change,
  saturation,
  log_pattern,
  burn,
  exhaustion
};
enum class Severity : std::uint8_t { info, warning, high, critical };
enum class IncidentState : std::uint8_t { open, mitigated, resolved };
std::string_view word(SymptomKind kind);
std::string_view word(Severity severity);
std::string_view word(IncidentState state);

// Why a symptom joined: the addends of its score, in log-odds against "a new incident".
enum class JoinTerm : std::uint8_t { opened, same_fingerprint, time, topology, label, change };
std::string_view word(JoinTerm term);
struct JoinReason {
  JoinTerm term = JoinTerm::opened;
  double value = 0;
  std::string text;
};

struct Symptom {
  SymptomId id;
  SymptomKind kind = SymptomKind::error_ratio;
  std::uint64_t fingerprint = 0;  // the same trouble again gives the same
  ServiceName service;            // "" unknown
  std::string operation;
  InstanceName instance;
  std::string label;  // cluster or tenant; "" none
  Timestamp at, onset;
  double strength = 0;  // log10 odds, for ordering only
  bool open = true;
  std::optional<ChangeId> change;  // of harmful_change
  std::optional<Alert> alert;      // of alert
  std::optional<SeriesKey> series;
  std::string text;
  std::vector<JoinReason> joined;
};

// A pointer that can be looked at again.
enum class EvidenceKind : std::uint8_t {
  concurrent_control,
  before_after,
  new_log_pattern,
  new_statement,
  slow_statement,
  callee_normal,
  callee_ill,
  self_time,
  instance_silent,
  exposure,
  saturation,
  own_errors
};
std::string_view word(EvidenceKind kind);
struct Evidence {
  EvidenceKind kind = EvidenceKind::exposure;
  std::string text;   // in words, with the numbers
  double weight = 0;  // natural logarithm of its Bayes factor
  std::optional<double> e_value;
  std::optional<SeriesKey> series;
  std::string version;  // narrows the series
  TimeRange window;
};

enum class CauseKind : std::uint8_t { change, dependency, statement, instance, saturation, log, none };
std::string_view word(CauseKind kind);

struct StatementCause {
  StatementId fingerprint;
  std::string text, table;
  ServiceName database;
  std::string endpoint;  // "catalog GET /products/{id}"
  std::uint64_t calls = 0;
  double mean_ms = 0;
  std::string new_in_version;  // "" when it was known before
};

struct Finding {
  CauseKind kind = CauseKind::none;
  ServiceName service;
  std::string version, commit;
  InstanceName instance;
  std::optional<ChangeId> change;
  std::optional<StatementCause> statement;
  double confidence = 0;  // posterior over all candidates including "none of them", 0..1
  std::string text;
  std::vector<Evidence> evidence;
};

enum class RuledOutReason : std::uint8_t {
  no_harm,
  exonerated_by_control,
  not_exposed,
  normal,
  explained_by_callee,
  too_old,
  not_enough_data
};
std::string_view word(RuledOutReason reason);
struct RuledOut {
  CauseKind kind = CauseKind::change;
  ServiceName service;
  std::string version;
  std::optional<ChangeId> change;
  RuledOutReason reason = RuledOutReason::normal;
  std::string text;
};

// Who is hurt, counted at the edge: requests that no service above asked for.
struct Hurt {
  std::uint64_t requests = 0, requests_failed = 0, requests_slow = 0;
  std::vector<std::string> endpoints;  // "gateway POST /checkout"
};

enum class TimelineKind : std::uint8_t {
  change,
  anomaly,
  alert,
  incident,
  finding,
  proposal,
  decision,
  action,
  verification,
  notification,
  ticket,
  person
};
std::string_view word(TimelineKind kind);
struct TimelineEntry {
  Timestamp at;
  TimelineKind kind = TimelineKind::incident;
  std::string text, ref;
};

struct TicketRef {
  std::string url, key, state;
};

struct Incident {
  IncidentId id;
  std::string title, sentence;
  IncidentState state = IncidentState::open;
  Severity severity = Severity::warning;
  ServiceName service;  // where the fault is believed to be
  Timestamp onset, opened_at, updated_at;
  std::optional<Timestamp> resolved_at;
  Hurt hurt;
  std::vector<Symptom> symptoms;
  std::vector<Finding> findings;  // best first
  std::vector<RuledOut> ruled_out;
  std::vector<ActionId> actions;
  std::optional<TicketRef> ticket;
  std::string acknowledged_by;
  std::vector<TimelineEntry> timeline;
};

}  // namespace nightjar
