// tests/unit/wire_json/examples.h
// One of each noun with no field left at its default, so that a field forgotten in a walk shows.
#pragma once

#include "model/effect.h"
#include "model/input.h"

namespace nightjar::examples {

inline Timestamp at(std::int64_t second) { return Timestamp{1'764'024'640'123'456'789} + seconds(second); }

inline Alert alert() {
  return {.fingerprint = 0xfedc'ba98'7654'3210,
          .name = "HighErrorRate",
          .service = {"payment"},
          .instance = {"payment-1"},
          .severity = "page",
          .summary = "payment \"fails\"\n✓",
          .sender = "prometheus",
          .labels = {{"alertname", "HighErrorRate"}, {"service", "payment"}},
          .annotations = {{"summary", "payment fails"}},
          .starts_at = at(1),
          .ends_at = at(2),
          .generator_url = "http://127.0.0.1:9090/graph"};
}

inline ChangeEvent change_event() {
  return {.key = "github shop/shop deployment 17",
          .delivery = "d-1",
          .kind = ChangeKind::migration,
          .source = ChangeSource::github,
          .status = ChangeStatus::failed,
          .service = {"payment"},
          .application = "payment-production",
          .version = "2.4.1",
          .previous_version = "2.4.0",
          .commit = "0123abcd",
          .repository = "shop/shop",
          .author = "grace",
          .environment = "production",
          .url = "http://127.0.0.1/17",
          .title = "faster checkout",
          .caused_by = ActionId{7},
          .started_at = at(3),
          .finished_at = at(4)};
}

inline Change change() {
  return {.id = {12},
          .event = change_event(),
          .watch = {.verdict = WatchVerdict::harmful,
                    .design = WatchDesign::concurrent_control,
                    .measure = "errors",
                    .e_value = 1.0 / 3.0 * 1e17,
                    .e_value_no_harm = 5e-324,
                    .requests_new = 1000,
                    .errors_new = 29,
                    .requests_old = 3000,
                    .errors_old = 0,
                    .decided_at = at(60),
                    .onset = at(30),
                    .text = "2.9 % against 0 %"}};
}

inline SeriesKey series() { return {{"payment"}, "POST /charge", {"payment-1"}, Measure::error_ratio, "up"}; }

inline Action action() {
  return {.id = {7},
          .incident = {5},
          .kind = ActionKind::restart,
          .runbook = "rollback",
          .service = {"payment"},
          .change = ChangeId{12},
          .arguments = {{"service", "payment"}, {"to_version", "2.4.0"}},
          .text = "roll payment back",
          .undo = "deploy again",
          .will_check = "errors fall",
          .plan_hash = "ab12",
          .blast_radius = {12.3, 0.1, 0.2, 0.75, 0.05, 0.03, "small"},
          .state = ActionState::verifying,
          .decision = {DecisionOutcome::needs_approval,
                       2,
                       "roll-back-bad-release",
                       {{DecisionReason::approval_required, "one person"}}},
          .approvals = {{"ada", at(70), ApprovalVia::link}},
          .rejected_by = "grace",
          .proposed_at = at(61),
          .expires_at = at(961),
          .decided_at = at(62),
          .started_at = at(71),
          .finished_at = at(80),
          .verified_at = at(200),
          .verification = Verification{VerificationOutcome::improved, 2048.5, 0.25, "errors fell"},
          .outcome_text = "exit 0"};
}

inline Incident incident() {
  const Symptom symptom{.id = {3},
                        .kind = SymptomKind::alert,
                        .fingerprint = ~std::uint64_t{0},
                        .service = {"payment"},
                        .operation = "POST /charge",
                        .instance = {"payment-1"},
                        .label = "eu",
                        .at = at(20),
                        .onset = at(15),
                        .strength = 4.5,
                        .open = false,
                        .change = ChangeId{12},
                        .alert = alert(),
                        .series = series(),
                        .text = "payment fails",
                        .joined = {{JoinTerm::topology, 2.5, "gateway calls payment"}}};
  const Finding finding{
      .kind = CauseKind::statement,
      .service = {"catalog"},
      .version = "2.1.0",
      .commit = "beef",
      .instance = {"catalog-1"},
      .change = ChangeId{12},
      .statement = StatementCause{{0xffff'ffff'ffff'fff0},
                                  "SELECT ?",
                                  "reviews",
                                  {"postgresql shop"},
                                  "catalog GET /products/{id}",
                                  120,
                                  41.5,
                                  "2.1.0"},
      .confidence = 0.97,
      .text = "2.1.0 brought a slow statement",
      .evidence = {{EvidenceKind::slow_statement, "41 ms against 2 ms", 7.25, 1e6, series(), "2.1.0", {at(1), at(2)}}}};
  return {.id = {5},
          .title = "payment fails",
          .sentence = "payment fails 2.9 % of requests",
          .state = IncidentState::mitigated,
          .severity = Severity::critical,
          .service = {"payment"},
          .onset = at(15),
          .opened_at = at(20),
          .updated_at = at(90),
          .resolved_at = at(300),
          .hurt = {7381, 31, 2, {"gateway POST /checkout"}},
          .symptoms = {symptom},
          .findings = {finding},
          .ruled_out = {{CauseKind::change, {"cart"}, "1.1.0", ChangeId{11}, RuledOutReason::no_harm, "cart is well"}},
          .actions = {{7}},
          .ticket = TicketRef{"http://127.0.0.1/issues/3", "shop/shop#3", "open"},
          .acknowledged_by = "ada",
          .timeline = {{at(20), TimelineKind::alert, "opened", "sym-3"}}};
}

inline TicketEvent ticket_event() {
  return {.key = "OPS-12",
          .delivery = "comment 7",
          .system = TicketSystem::servicenow,
          .news = TicketNews::commented,
          .resolved = true,
          .title = "Checkout fails",
          .url = "http://127.0.0.1/browse/OPS-12",
          .priority = "High",
          .text = "customers call",
          .author = "ada",
          .labels = {"oncall"},
          .services = {"payment"},
          .repository = "shop/payment",
          .incident = IncidentId{5},
          .by_us = true,
          .opened_at = at(30),
          .at = at(40)};
}

inline Ticket ticket() {
  return {.id = {21},
          .event = ticket_event(),
          .services = {{"payment"}},
          .incident = IncidentId{5},
          .ours = true,
          .comments = 3};
}

inline Delivery delivery() {
  return {.id = {9},
          .incident = {5},
          .destination = "oncall",
          .operation = DeliveryOperation::update,
          .reason = NotifyReason::got_worse,
          .thread = "inc-5",
          .external_ref = "1.2",
          .message = {"payment fails", {"a", "b"}, {{"since", "03:12"}}, {{"Approve", "http://127.0.0.1/approve"}}}};
}

inline EngineConfig config() {
  return {.environment = "",
          .window = seconds(5),
          .lateness = seconds(7),
          .public_url = "http://127.0.0.1:8080",
          .services = {{{"payment"}, "payments", "shop/shop", 0.75, {"payment-*"}}},
          .slos = {{"checkout", {"gateway"}, 0.995, days(7)}},
          .routes = {{{"*"}, {"oncall"}, "tickets", "ada"}},
          .destination_kinds = {{"oncall", "slack"}},
          .policies = {{.name = "p",
                        .effect = PolicyEffect::forbid,
                        .actions = {"rollback"},
                        .services = {"*"},
                        .when = {false, 10, 0.1, 2, 99},
                        .auto_allowed = true,
                        .auto_needs_concurrent_control = false,
                        .auto_blast_score_at_most = 31,
                        .approvals = 2,
                        .approval_ttl = minutes(1),
                        .verify_window = minutes(2),
                        .verify_max = minutes(4),
                        .cooldown = minutes(5)}},
          .runbooks = {{"rollback", {"service", "to_version"}, "deploy"}}};
}

inline CloseWindow close_window() {
  RequestRollup request{{{"payment"}, "POST /charge", "2.4.1", {"payment-1"}}, {}};
  request.counts = {.requests = 10, .errors = 1, .own_errors = 1, .duration_ns = 5'000'000, .self_time_ns = 3'000'000};
  request.counts.durations.observe(500'000, 10);
  request.counts.self_times.observe(300'000, 10);
  CloseWindow window;
  window.rollups.window = {at(0), at(10)};
  window.rollups.requests = {request};
  window.rollups.late = 2;
  window.judgement.expected = {{series(), 0.1, {0.01, 0, 0.02, 12}}};
  return window;
}

}  // namespace nightjar::examples
