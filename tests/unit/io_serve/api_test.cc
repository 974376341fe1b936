// The reading side over a real socket, a real records file and real rollups.
#include "tests/unit/io_serve/serve_fixture.h"

namespace nightjar {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::string text(const json& value) { return value.get<std::string>(); }

class Api : public ServeTest {};

TEST_F(Api, AnEmptyNightSaysSo) {
  EXPECT_THAT(text(get("/api/v1/night")["sentence"]), HasSubstr("no telemetry has arrived yet"));
}

TEST_F(Api, AQuietNightIsOneSentence) {
  put_windows();
  status_.last_signal_ns = (kNow - seconds(2)).ns;
  Change change;
  change.id = {3};
  change.event.service = {"payment"};
  change.event.version = "2.4.1";
  change.event.started_at = kNow - minutes(10);
  save({SaveChange{change}});
  const json night = get("/api/v1/night");
  EXPECT_EQ(text(night["sentence"]), "Quiet night: 1 deploy, no incident; last signal 2 s ago.");
  EXPECT_EQ(night["requests_total"], 3000);  // of the gateway; what it asks of payment is not asked by people
  EXPECT_EQ(night["services"], 2);
  EXPECT_EQ(night["from"], "2026-11-23T22:50:40.000Z");
  EXPECT_EQ(night["to"], "2026-11-24T22:50:40.000Z");
  clock_.advance(minutes(12));
  EXPECT_THAT(text(get("/api/v1/night")["sentence"]), HasSubstr("no telemetry for 12 min: check the senders"));
}

TEST_F(Api, ANightWithTroublePutsTheReaderFirst) {
  put_windows();
  save({SaveIncident{ill_payment()}, SaveAction{waiting_rollback()}});
  json night = get("/api/v1/night");
  EXPECT_EQ(
      text(night["sentence"]),
      "1 decision waits for you: roll payment back from 2.4.1 to 2.4.0. payment fails 3 % of requests since 22:47:00.");
  EXPECT_EQ(night["waiting"].size(), 1u);
  EXPECT_EQ(night["incidents"].size(), 1u);
  clock_.advance(minutes(20));  // the proposal has expired
  EXPECT_EQ(get("/api/v1/night")["waiting"].size(), 0u);
  Incident over = ill_payment();
  over.state = IncidentState::resolved;
  over.resolved_at = kNow;
  save({SaveIncident{over}});
  EXPECT_THAT(text(get("/api/v1/night")["sentence"]), HasSubstr("1 incident, it is over: payment fails"));
}

TEST_F(Api, TicketsAreListedAndStandInTheirIncident) {
  Ticket ticket;
  ticket.id = {9};
  ticket.event.key = "OPS-12";
  ticket.event.title = "Customers cannot pay";
  ticket.event.labels = {"oncall"};
  ticket.event.opened_at = ticket.event.at = kNow - minutes(2);
  ticket.services = {{"payment"}};
  ticket.incident = IncidentId{1};
  Ticket other;
  other.id = {10};
  other.event.system = TicketSystem::github;
  other.event.resolved = true;
  other.event.opened_at = other.event.at = kNow - minutes(1);
  save({SaveIncident{ill_payment()}, SaveTicket{ticket}, SaveTicket{other}});
  const json tickets = get("/api/v1/tickets")["tickets"];
  ASSERT_EQ(tickets.size(), 2u);
  EXPECT_EQ(tickets[0]["id"], "tkt-10");
  EXPECT_EQ(tickets[0]["state"], "resolved");
  EXPECT_EQ(tickets[0]["incident_id"], json());
  EXPECT_EQ(tickets[1]["key"], "OPS-12");
  EXPECT_EQ(tickets[1]["incident_id"], "inc-1");
  EXPECT_EQ(tickets[1]["services"], json({"payment"}));
  const json incident = get("/api/v1/incidents/inc-1");
  ASSERT_EQ(incident["tickets"].size(), 1u);
  EXPECT_EQ(incident["tickets"][0], tickets[1]);
}

TEST_F(Api, ServicesStandAsTheEngineSays) {
  put_windows();
  json services = get("/api/v1/services")["services"];
  ASSERT_EQ(services.size(), 2u);
  EXPECT_EQ(services[0]["name"], "gateway");
  EXPECT_EQ(services[0]["health"], "learning");
  EXPECT_EQ(services[0]["owner"], json());
  EXPECT_EQ(services[0]["slo_budget_left"], 0.4);
  EXPECT_NEAR(services[0]["requests_per_second"].get<double>(), 10, 0.5);
  const json& payment = services[1];
  EXPECT_EQ(payment["health"], "ok");
  EXPECT_EQ(payment["owner"], "payments");
  EXPECT_EQ(payment["tier"], 0.75);
  EXPECT_EQ(payment["instances"], 2);
  EXPECT_EQ(payment["versions"], json({"2.4.0", "2.4.1"}));
  EXPECT_NEAR(payment["error_ratio"].get<double>(), 0.03, 1e-9);
  EXPECT_EQ(payment["expected"]["error_ratio_high"], 0.01);
  EXPECT_EQ(payment["expected"]["p95_ms_high"], json());
  save({SaveIncident{ill_payment()}});
  services = get("/api/v1/services")["services"];
  EXPECT_EQ(services[0]["health"], "degraded");
  EXPECT_EQ(services[1]["health"], "ill");
}

TEST_F(Api, AServicePageHasEverything) {
  put_windows();
  save({SaveIncident{ill_payment()}});
  const json service = get("/api/v1/services/payment?from=2026-11-24T22:40:00Z&to=2026-11-24T22:51:00Z");
  EXPECT_EQ(service["instances"].size(), 2u);
  EXPECT_EQ(service["instances"][1]["version"], "2.4.1");
  EXPECT_EQ(service["instances"][1]["state"], "up");
  EXPECT_EQ(service["operations"][0]["operation"], "POST /pay");
  EXPECT_NEAR(service["operations"][0]["self_ms"].get<double>(), 5, 0.01);
  EXPECT_EQ(service["statements"][0]["table"], "cards");
  EXPECT_EQ(service["statements"][0]["endpoint"], "payment POST /pay");
  EXPECT_NEAR(service["statements"][0]["mean_ms"].get<double>(), 3, 0.01);
  EXPECT_EQ(service["log_patterns"][0]["severity"], "error");
  EXPECT_EQ(service["log_patterns"][0]["count"], 90);
  EXPECT_EQ(service["dependencies"].size(), 2u);
  EXPECT_EQ(service["incidents"].size(), 1u);
  std::map<std::string, int> series;
  for (const json& one : service["series"])
    ++series[text(one["measure"]) + (one["version"].is_null() ? "" : " " + text(one["version"]))];
  EXPECT_EQ(series["requests"], 1);
  EXPECT_EQ(series["errors"], 1);
  EXPECT_EQ(series["p95_ms"], 1);
  EXPECT_EQ(series["error_ratio 2.4.1"], 1);
  EXPECT_EQ(series["error_ratio 2.4.0"], 1);
  EXPECT_FALSE(service["series"][0]["points"].empty());
  get("/api/v1/services/nobody", 404);
  get("/api/v1/services/payment?from=yesterday", 400);
}

TEST_F(Api, TheMapShowsTheWayFromCustomersToTheCause) {
  put_windows();
  save({SaveIncident{ill_payment()}});
  const json map = get("/api/v1/map");
  EXPECT_EQ(map["incident_path"], json({"gateway", "payment"}));
  ASSERT_EQ(map["nodes"].size(), 3u);
  EXPECT_EQ(map["nodes"][2]["name"], "postgresql shop");
  EXPECT_EQ(map["nodes"][2]["kind"], "database");
  EXPECT_EQ(map["dependencies"][0]["callee"], "payment");
  EXPECT_NEAR(map["dependencies"][0]["calls_per_second"].get<double>(), 10, 0.5);
}

TEST_F(Api, ListsTakeRangeAndLimit) {
  save({SaveIncident{ill_payment()}, SaveAction{waiting_rollback()}});
  EXPECT_EQ(get("/api/v1/incidents")["incidents"].size(), 1u);
  EXPECT_EQ(get("/api/v1/actions")["actions"][0]["id"], "act-7");
  EXPECT_EQ(get("/api/v1/incidents?to=2026-11-24T20:00:00Z")["incidents"].size(), 0u);
  get("/api/v1/incidents?limit=0", 400);
  get("/api/v1/incidents?limit=5x", 400);
  get("/api/v1/incidents?from=2026-11-24T22:00:00Z&to=2026-11-24T21:00:00Z", 400);
  const json incident = get("/api/v1/incidents/inc-1");
  EXPECT_EQ(incident["actions"][0]["text"], "roll payment back from 2.4.1 to 2.4.0");
  EXPECT_EQ(incident["findings"][0]["version"], "2.4.1");
  get("/api/v1/incidents/inc-99", 404);
  get("/api/v1/incidents/7", 404);
  EXPECT_EQ(get("/api/v1/notifications")["notifications"].size(), 0u);
  EXPECT_EQ(get("/api/v1/changes")["changes"].size(), 0u);
}

TEST_F(Api, HostileTextStaysTextAndBrokenTextIsReplaced) {
  Incident incident = ill_payment();
  incident.title = "<img src=x onerror=alert(1)>";
  save({SaveIncident{incident}});
  const auto reply = call("GET", "/api/v1/incidents");
  EXPECT_EQ(find_header(reply->headers, "Content-Type"), "application/json");
  EXPECT_EQ(find_header(reply->headers, "X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(std::string(find_header(reply->headers, "Content-Security-Policy")), HasSubstr("default-src 'none'"));
  get("/api/v1/services/%3Cimg%20onerror%3E", 404);
  get("/api/v1/services/%ff%fe", 404);
}

TEST_F(Api, HealthAndMetrics) {
  const json health = get("/healthz");
  EXPECT_EQ(health["status"], "ok");
  EXPECT_EQ(health["hand"], "absent");
  EXPECT_EQ(health["engine_time"], "2026-11-24T22:50:40.000Z");
  status_.ready = false;
  get("/healthz", 503);
  const auto metrics = call("GET", "/metrics");
  EXPECT_THAT(metrics->body, HasSubstr("# TYPE nightjar_applied_sequence gauge\nnightjar_applied_sequence 0\n"));
  EXPECT_THAT(metrics->body, HasSubstr("nightjar_build_info{version=\"0.1.0\"} 1\n"));
}

TEST_F(Api, TheStreamTellsWhatChanged) {
  RawClient console(server_->port());
  console.send("GET /api/v1/stream HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(console.read_until("retry: 2000\n\n"), HasSubstr("text/event-stream"));
  feed_.tell(ChangedKind::incident, "inc-7", kNow);
  EXPECT_THAT(
      console.read_until("Z\"}\n\n"),
      HasSubstr("event: changed\ndata: {\"at\":\"2026-11-24T22:50:40.000Z\",\"id\":\"inc-7\",\"kind\":\"incident\"}"));
  EXPECT_EQ(feed_.readers(), 1u);
}

TEST_F(Api, UnknownApiPathsAreNotTheConsole) {
  get("/api/v1/nothing", 404);
  EXPECT_EQ(call("DELETE", "/api/v1/incidents")->status, 405);
  EXPECT_EQ(call("POST", "/healthz", "{}")->status, 405);
}

}  // namespace
}  // namespace nightjar
