// The doors of alerts over real sockets: each sender's own answers, who may come in, and that whatever docs/senders.md
// tells people to paste is taken.
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/unit/io_receive/door_fixture.h"
#include "tests/unit/wire_alerts/sns_signer.h"
#include "wire/alerts/sns.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kTopic = "arn:aws:sns:eu-west-1:123456789012:alarms";
constexpr const char* kCertificate = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-ab12.pem";
constexpr const char* kSubscribe = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37";

class AlertDoors : public DoorTest {
 protected:
  void open_alerts(std::vector<DoorToken> tokens = {}) {
    doorway_.tokens = std::move(tokens);
    settings_.fetch_from_sns = [this](const std::string& url) -> absl::StatusOr<std::string> {
      fetched_.push_back(url);
      if (!fetch_answer_.ok()) return fetch_answer_;
      return url == kCertificate ? signer_.certificate() : std::string("<ConfirmSubscriptionResponse/>");
    };
    Router router;
    add_alert_routes(router, doorway_, settings_);
    HttpServerSettings settings;
    settings.address = "127.0.0.1:0";
    server_ = *HttpServer::start(settings, std::move(router));
  }
  static DoorToken token(const std::string& name, const std::string& secret) { return {name, to_hex(sha256(secret))}; }

  HttpReply post_sentry(const std::string& body, const std::string& secret) {
    return post("/api/v1/webhooks/sentry", body,
                {{"Content-Type", "application/json"},
                 {"Sentry-Hook-Resource", "event_alert"},
                 {"Sentry-Hook-Signature", to_hex(hmac_sha256(secret, body))}});
  }
  // As SNS delivers: text/plain, its header, its signature.
  Json envelope(const std::string& message, const std::string& type = "Notification") {
    return {{"Type", type},
            {"MessageId", "m-1"},
            {"TopicArn", kTopic},
            {"Message", message},
            {"Timestamp", "2026-11-24T22:50:00.000Z"},
            {"SignatureVersion", "2"},
            {"SigningCertURL", kCertificate}};
  }
  std::string signed_envelope(Json envelope) {
    envelope["Signature"] = "AAAA";
    const SnsMessage message = parse_sns(envelope.dump()).value();
    envelope["Signature"] = signer_.sign(sns_string_to_sign(message), message.signature_version);
    return envelope.dump();
  }
  HttpReply post_sns(const std::string& body, const std::string& type = "Notification") {
    return post("/api/v1/webhooks/cloudwatch", body,
                {{"Content-Type", "text/plain; charset=UTF-8"}, {"x-amz-sns-message-type", type}});
  }
  std::uint64_t refused(Door door, RefusedWhy why) {
    return ledger_.counts(door).refused[static_cast<std::size_t>(why)];
  }

  AlertDoorSettings settings_{.sentry_secret = "s3cret", .cloudwatch_topics = {kTopic}};
  const SnsSigner signer_{kNow};
  absl::Status fetch_answer_;
  std::vector<std::string> fetched_;
  const HttpHeaders json_ = {{"Content-Type", "application/json"}};
  const std::string alarm_ = R"({"AlarmName":"payment-5xx","NewStateValue":"ALARM","NewStateReason":"r","Region":"EU",
      "StateChangeTime":"2026-11-24T22:49:30.123+0000","AlarmArn":"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:payment-5xx"})";
};

// --- docs/senders.md ------------------------------------------------------------------------------------------------

struct Documented {
  std::string path, body;
  bool is_signed = false;
};

std::vector<Documented> documented_bodies() {
  std::ifstream file(std::string(NIGHTJAR_SOURCE_DIR) + "/docs/senders.md");
  std::vector<Documented> bodies;
  std::string line;
  bool inside = false;
  while (std::getline(file, line)) {
    if (line.starts_with("```json POST ")) {
      std::istringstream words(line.substr(13));
      std::string flag;
      words >> bodies.emplace_back().path >> flag;
      bodies.back().is_signed = flag == "signed";
      inside = true;
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      bodies.back().body += line + "\n";
    }
  }
  return bodies;
}

// What the senders fill into their placeholders, as they do: Datadog as text, New Relic and Dynatrace partly as JSON.
std::string filled_in(std::string body) {
  const std::pair<std::string_view, std::string_view> values[] = {
      {"$EVENT_MSG", "%%%\\n@webhook-nightjar payment fails\\n%%%"},
      {"$LAST_UPDATED", "1795560600000"},
      {"$EVENT_TYPE", "query_alert_monitor"},
      {"$EVENT_TITLE", "[Triggered] Errors are high"},
      {"$ALERT_PRIORITY", "P1"},
      {"$ALERT_TYPE", "error"},
      {"$ALERT_QUERY", "avg(last_5m):x > 1"},
      {"$ALERT_TRANSITION", "Triggered"},
      {"$DATE", "1795560600000"},
      {"$ALERT_SCOPE", "service:payment"},
      {"$ORG_ID", "12345"},
      {"$ORG_NAME", "Shop"},
      {"$LINK", "https://app.datadoghq.com/event/event?id=1"},
      {"$TAGS", "env:prod,service:payment"},
      {"$ID", "7012"},
      {"$ALERT_ID", "1234"},
      {"$ALERT_CYCLE_KEY", "170123"},
      {"{{ json issueId }}", "\"d1b1f3fd\""},
      {"{{ json issuePageUrl }}", "\"https://radar-api.service.newrelic.com/i\""},
      {"{{ json annotations.title.[0] }}", "\"Memory of payment\""},
      {"{{ json priority }}", "\"CRITICAL\""},
      {"{{ json entitiesData.names }}", "[\"payment\"]"},
      {"{{ json totalIncidents }}", "2"},
      {"{{ json state }}", "\"ACTIVATED\""},
      {"{{ json triggerEvent }}", "\"STATE_CHANGE\""},
      {"{{ json isCorrelated }}", "false"},
      {"{{ createdAt }}", "1795560480123"},
      {"{{ updatedAt }}", "1795560480123"},
      {"{{ json closedAt }}", "null"},
      {"{{ json accumulations.source }}", "[\"newrelic\"]"},
      {"{{ json accumulations.policyName }}", "[\"Policy\"]"},
      {"{{ json accumulations.conditionName }}", "[\"Memory\"]"},
      {"{{ json workflowName }}", "\"nightjar\""},
      {"{State}", "OPEN"},
      {"{PID}", "-123_V2"},
      {"{ProblemID}", "P-26111"},
      {"{ProblemTitle}", "Failure rate increase"},
      {"{ProblemImpact}", "SERVICE"},
      {"{ProblemSeverity}", "ERROR"},
      {"{ProblemURL}", "https://x.live.dynatrace.com/#p"},
      {"{ImpactedEntity}", "Failure rate increase on payment"},
      {"{ImpactedEntities}", R"([{"type":"SERVICE","name":"payment","entity":"SERVICE-D1"}])"},
      {"{Tags}", "env:prod"},
      {"{ProblemDetailsText}", "OPEN Problem"},
      {"{ProblemDetailsJSONv2}", R"({"startTime":1795560420000,"endTime":-1})"},
      {"{EVENT.ID}", "12345"},
      {"{TRIGGER.ID}", "20001"},
      {"{EVENT.NAME}", "Disk of payment is full"},
      {"{EVENT.VALUE}", "1"},
      {"{EVENT.UPDATE.STATUS}", "0"},
      {"{EVENT.SEVERITY}", "High"},
      {"{HOST.NAME}", "web-1"},
      {"{HOST.IP}", "10.0.0.7"},
      {"{EVENT.TIMESTAMP}", "1795560400"},
      {"{EVENT.OPDATA}", "81 %"},
      {"{ALERT.MESSAGE}", "m"},
      {"{TRIGGER.DESCRIPTION}", "d"},
      {"{$ZABBIX.URL}", "https://zabbix.example.com"},
      {"{EVENT.TAGSJSON}", R"([{\"tag\":\"service\",\"value\":\"payment\"}])"}};
  for (const auto& [placeholder, value] : values)
    for (std::size_t at = body.find(placeholder); at != std::string::npos;
         at = body.find(placeholder, at + value.size())) {
      // "$ID" is the beginning of no other, but "$ALERT_TYPE" and the like may be: whole words only.
      const char next = at + placeholder.size() < body.size() ? body[at + placeholder.size()] : ' ';
      if (placeholder[0] == '$' && ((next >= 'A' && next <= 'Z') || next == '_')) continue;
      body.replace(at, placeholder.size(), value);
    }
  return body;
}

TEST_F(AlertDoors, WhatTheDocumentationSaysToPasteIsTaken) {
  open_alerts();
  std::set<std::string> tried;
  for (const Documented& documented : documented_bodies()) {
    SCOPED_TRACE(documented.path + " " + documented.body);
    const std::string body = filled_in(documented.body);
    EXPECT_TRUE(Json::accept(body)) << body;
    const std::size_t before = inbox_.count();
    HttpReply reply;
    if (!documented.is_signed)
      reply = post(documented.path, body, json_);
    else if (documented.path.ends_with("sentry"))
      reply = post_sentry(body, "s3cret");
    else
      reply = post_sns(signed_envelope(envelope(body)));
    EXPECT_EQ(reply.status, documented.path.starts_with("/v2/") ? 202 : 200) << reply.body;
    ASSERT_EQ(inbox_.count(), before + 1) << reply.body;
    tried.insert(documented.path);
    if (documented.path == "/v2/change/enqueue") {
      EXPECT_EQ(inbox_.last<ChangeArrived>().event.service.value, "payment");
      continue;
    }
    const auto arrived = inbox_.last<AlertsArrived>();
    ASSERT_EQ(arrived.alerts.size(), 1u);
    EXPECT_FALSE(arrived.alerts[0].name.empty());
    EXPECT_FALSE(arrived.alerts[0].service.empty());
    EXPECT_FALSE(arrived.alerts[0].ends_at);
    EXPECT_LE(arrived.alerts[0].starts_at, kNow);
  }
  for (const char* path : {"/api/v2/alerts", "/v2/enqueue", "/v2/change/enqueue"})
    EXPECT_TRUE(tried.contains(path)) << path;
  for (const char* sender : {"alertmanager", "grafana", "datadog", "cloudwatch", "azure-monitor", "gcp", "zabbix",
                             "sentry", "new-relic", "dynatrace"})
    EXPECT_TRUE(tried.contains(std::string("/api/v1/webhooks/") + sender)) << sender;
}

// --- all of them ----------------------------------------------------------------------------------------------------

TEST_F(AlertDoors, ABodyThatCannotBeUsedIs400AndKept) {
  open_alerts();
  for (const char* sender : {"grafana", "datadog", "azure-monitor", "gcp", "zabbix", "new-relic", "dynatrace"}) {
    const HttpReply reply = post(std::string("/api/v1/webhooks/") + sender, R"({"hello":"world"})", json_);
    EXPECT_EQ(reply.status, 400) << sender;
    EXPECT_EQ(post(std::string("/api/v1/webhooks/") + sender, "{", json_).status, 400) << sender;
    EXPECT_EQ(ledger_.refused_bodies().size() % 2, 0u);
  }
  EXPECT_EQ(ledger_.refused_bodies().size(), 14u);
  EXPECT_THAT(ledger_.refused_bodies()[0].beginning, HasSubstr("hello"));
  EXPECT_EQ(inbox_.count(), 0u);
}

TEST_F(AlertDoors, WhatIsOfNoInterestIsCounted) {
  open_alerts();
  const HttpReply reply = post("/api/v1/webhooks/zabbix", R"({"id":"1","triggerId":"2","update":"1"})", json_);
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("acknowledged"));
  EXPECT_EQ(ledger_.counts(Door::zabbix).ignored, 1u);
  EXPECT_EQ(inbox_.count(), 0u);
}

TEST_F(AlertDoors, ATokenInAnyPlaceASenderCanPutIt) {
  open_alerts({token("prod", "nj_1_abc")});
  const std::string body = R"({"id":"1","triggerId":"2","name":"n","status":"1","hostName":"h"})";
  const auto status = [&](const std::string& path, const std::string& authorization) {
    HttpHeaders headers = json_;
    if (!authorization.empty()) headers.emplace_back("Authorization", authorization);
    return post(path, body, headers).status;
  };
  const std::string path = "/api/v1/webhooks/zabbix";
  EXPECT_EQ(status(path, "Bearer nj_1_abc"), 200);
  EXPECT_EQ(status(path, "Basic bmlnaHRqYXI6bmpfMV9hYmM="), 200) << "nightjar:nj_1_abc";
  EXPECT_EQ(status(path + "?token=nj_1_abc", ""), 200);
  EXPECT_EQ(status(path + "?auth_token=nj_1_abc", ""), 200);
  for (const auto& [where, authorization] : {std::pair{path, ""},
                                             {path, "Bearer nj_1_abd"},
                                             {path, "Basic bmlnaHRqYXI="},
                                             {path, "Basic !!!!"},
                                             {path, "Basic "},
                                             {path + "?token=", ""},
                                             {path + "?token=nj_1_abcd", ""}})
    EXPECT_EQ(status(where, authorization), 401) << where << " " << authorization;
}

TEST_F(AlertDoors, NoWebPageMaySend) {
  open_alerts();
  for (const char* path :
       {"/v2/enqueue", "/v2/change/enqueue", "/api/v1/webhooks/grafana", "/api/v1/webhooks/cloudwatch"})
    EXPECT_EQ(post(path, "{}", {{"Origin", "https://evil.example"}}).status, 403) << path;
}

// --- PagerDuty ------------------------------------------------------------------------------------------------------

const std::string kTrigger = R"({"routing_key":"k3y-of-ours","event_action":"trigger","dedup_key":"d-1",
    "payload":{"summary":"payment fails","source":"payment-1","severity":"critical"}})";

TEST_F(AlertDoors, PagerDutyAnswersInItsOwnWords) {
  open_alerts();
  const HttpReply reply = post("/v2/enqueue", kTrigger, json_);
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(Json::parse(reply.body),
            Json({{"status", "success"}, {"message", "Event processed"}, {"dedup_key", "d-1"}}));
  EXPECT_EQ(inbox_.last<AlertsArrived>().alerts.at(0).summary, "payment fails");

  const HttpReply acknowledged =
      post("/v2/enqueue", R"({"routing_key":"k3y-of-ours","event_action":"acknowledge","dedup_key":"d-1"})", json_);
  EXPECT_EQ(acknowledged.status, 202);
  EXPECT_EQ(Json::parse(acknowledged.body)["message"], "Event processed");
  EXPECT_EQ(ledger_.counts(Door::pagerduty).ignored, 1u);
  EXPECT_EQ(inbox_.count(), 1u);

  const HttpReply bad =
      post("/v2/enqueue", R"({"routing_key":"k3y-of-ours","event_action":"trigger","payload":{}})", json_);
  EXPECT_EQ(bad.status, 400);
  const Json said = Json::parse(bad.body);
  EXPECT_EQ(said["status"], "invalid event");
  EXPECT_EQ(said["errors"].size(), 3u);
  EXPECT_EQ(Json::parse(post("/v2/enqueue", "{", json_).body)["status"], "invalid event");
  EXPECT_THAT(ledger_.refused_bodies().at(1).beginning, Not(HasSubstr("k3y-of-ours"))) << "shown to people";

  inbox_.refuse = unavailable("starting");
  const HttpReply full = post("/v2/enqueue", kTrigger, json_);
  EXPECT_EQ(full.status, 503);
  EXPECT_FALSE(find_header(full.headers, "Retry-After").empty());
  EXPECT_EQ(post("/v2/enqueue", std::string(600 << 10, ' '), json_).status, 413);
}

TEST_F(AlertDoors, PagerDutysRoutingKeyIsTheToken) {
  open_alerts({token("our monitoring", "k3y-of-ours")});
  EXPECT_EQ(post("/v2/enqueue", kTrigger, json_).status, 202);
  const HttpReply reply =
      post("/v2/enqueue", R"({"routing_key":"other","event_action":"resolve","dedup_key":"d-1"})", json_);
  EXPECT_EQ(reply.status, 401);
  EXPECT_THAT(reply.body, HasSubstr("routing_key"));
  EXPECT_EQ(inbox_.count(), 1u);
}

TEST_F(AlertDoors, PagerDutysChangeEventIsAChange) {
  open_alerts();
  const HttpReply reply = post("/v2/change/enqueue", R"({"routing_key":"k","payload":{"summary":"payment 2.4.1",
      "custom_details":{"service":"payment","version":"2.4.1"}}})",
                               json_);
  EXPECT_EQ(reply.status, 202) << reply.body;
  EXPECT_EQ(Json::parse(reply.body)["status"], "success");
  EXPECT_EQ(inbox_.last<ChangeArrived>().event.version, "2.4.1");
  EXPECT_EQ(inbox_.priorities.back(), Priority::control);
  EXPECT_EQ(post("/v2/change/enqueue", R"({"routing_key":"k"})", json_).status, 400);
}

// --- Sentry ---------------------------------------------------------------------------------------------------------

TEST_F(AlertDoors, OnlySignedSentry) {
  open_alerts();
  const std::string body = R"({"action":"triggered","data":{"event":{"issue_id":"1","title":"t"}}})";
  EXPECT_EQ(post_sentry(body, "s3cret").status, 200);
  EXPECT_EQ(post_sentry(body, "other").status, 401);
  EXPECT_EQ(post("/api/v1/webhooks/sentry", body, json_).status, 401);
  HttpHeaders headers = json_;
  headers.emplace_back("Sentry-Hook-Signature", to_hex(hmac_sha256("s3cret", body)));
  EXPECT_EQ(post("/api/v1/webhooks/sentry", body + " ", headers).status, 401) << "over another body";
  EXPECT_EQ(inbox_.count(), 1u);
  EXPECT_EQ(refused(Door::sentry, RefusedWhy::unauthenticated), 3u);
}

TEST_F(AlertDoors, WithoutASecretSentrysDoorIsClosed) {
  settings_.sentry_secret.clear();
  open_alerts();
  EXPECT_EQ(post_sentry("{}", "").status, 403);
}

// --- CloudWatch -----------------------------------------------------------------------------------------------------

TEST_F(AlertDoors, SignedAlarmsOfOurTopics) {
  open_alerts();
  const std::string body = signed_envelope(envelope(alarm_));
  EXPECT_EQ(post_sns(body).status, 200);
  EXPECT_EQ(inbox_.last<AlertsArrived>().alerts.at(0).name, "payment-5xx");
  Json older = envelope(alarm_);
  older["SignatureVersion"] = "1";
  older["Subject"] = "ALARM";
  EXPECT_EQ(post_sns(signed_envelope(older)).status, 200);
  EXPECT_EQ(fetched_, std::vector<std::string>{kCertificate}) << "once, then it is known";
}

TEST_F(AlertDoors, NothingUnprovenIsTakenAndNothingForeignFetched) {
  open_alerts();
  Json topic = envelope(alarm_);
  topic["TopicArn"] = "arn:aws:sns:eu-west-1:999999999999:theirs";
  EXPECT_EQ(post_sns(signed_envelope(topic)).status, 403) << "signed by SNS, but another's topic";
  for (const char* url : {"https://evil.example/SimpleNotificationService-ab12.pem",
                          "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-ab12.pem",
                          "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-ab12.pem",
                          "https://169.254.169.254/latest/meta-data"}) {
    Json foreign = envelope(alarm_);
    foreign["SigningCertURL"] = url;
    EXPECT_EQ(post_sns(signed_envelope(foreign)).status, 401) << url;
  }
  EXPECT_TRUE(fetched_.empty());
  Json changed = Json::parse(signed_envelope(envelope(alarm_)));
  changed["Message"] = "{}";
  EXPECT_EQ(post_sns(changed.dump()).status, 401);
  Json old = envelope(alarm_);
  old["Timestamp"] = "2026-11-24T18:00:00.000Z";
  EXPECT_EQ(post_sns(signed_envelope(old)).status, 403) << "a replay";
  EXPECT_EQ(post_sns(signed_envelope(envelope("plain text"))).status, 400) << "signed, and no alarm";
  EXPECT_EQ(inbox_.count(), 0u);
}

TEST_F(AlertDoors, ACertificateThatCannotBeHadIsAskedForAgain) {
  open_alerts();
  fetch_answer_ = unavailable("no route to host");
  const std::string body = signed_envelope(envelope(alarm_));
  EXPECT_EQ(post_sns(body).status, 503) << "SNS sends again";
  fetch_answer_ = absl::OkStatus();
  EXPECT_EQ(post_sns(body).status, 200);
  // A flood of invented addresses fetches little.
  fetch_answer_ = unavailable("not found");
  for (int i = 0; i < 20; ++i) {
    Json invented = envelope(alarm_);
    invented["SigningCertURL"] =
        fmt::format("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-{:x}.pem", 4096 + i);
    EXPECT_EQ(post_sns(signed_envelope(invented)).status, 503);
  }
  EXPECT_EQ(fetched_.size(), 6u);
}

TEST_F(AlertDoors, ASubscriptionWaitsForAPersonUnlessConfigured) {
  open_alerts();
  Json asked = envelope("You have chosen to subscribe", "SubscriptionConfirmation");
  asked["SubscribeURL"] = kSubscribe;
  asked["Token"] = "2336412f37";
  const std::string body = signed_envelope(asked);
  EXPECT_EQ(post_sns(body, "SubscriptionConfirmation").status, 403);
  EXPECT_THAT(ledger_.refused_bodies().at(0).text, HasSubstr(kSubscribe)) << "what to open";
  EXPECT_EQ(fetched_, std::vector<std::string>{kCertificate});

  settings_.cloudwatch_confirm = true;
  open_alerts();
  EXPECT_EQ(post_sns(body, "SubscriptionConfirmation").status, 200);
  EXPECT_EQ(fetched_.back(), kSubscribe);
  asked["SubscribeURL"] = "https://evil.example/?Action=ConfirmSubscription";
  const std::size_t before = fetched_.size();
  EXPECT_EQ(post_sns(signed_envelope(asked), "SubscriptionConfirmation").status, 403);
  EXPECT_EQ(fetched_.size(), before);
  EXPECT_EQ(inbox_.count(), 0u);
}

TEST_F(AlertDoors, AnUnsignedAlarmNeedsAToken) {
  open_alerts();
  EXPECT_EQ(post("/api/v1/webhooks/cloudwatch", alarm_, json_).status, 401)
      << "topics are named: a signature is expected";
  open_alerts({token("eventbridge", "nj_2")});
  HttpHeaders headers = json_;
  headers.emplace_back("Authorization", "Bearer nj_2");
  EXPECT_EQ(post("/api/v1/webhooks/cloudwatch", alarm_, headers).status, 200);
  EXPECT_EQ(post("/api/v1/webhooks/cloudwatch", alarm_, json_).status, 401);
  EXPECT_TRUE(fetched_.empty());
}

TEST_F(AlertDoors, WithoutTopicsTheDoorIsClosedToSns) {
  settings_.cloudwatch_topics.clear();
  open_alerts();
  EXPECT_EQ(post_sns(signed_envelope(envelope(alarm_))).status, 403);
  EXPECT_TRUE(fetched_.empty());
}

}  // namespace
}  // namespace nightjar
