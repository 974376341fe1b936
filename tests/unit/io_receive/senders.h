// Every HTTP door with a body that its sender really sends (tests/fuzz/corpus) and the way that sender proves itself:
// what tests that must hold at every door walk over. Tests only.
#pragma once

#include <fstream>
#include <sstream>

#include "tests/unit/io_receive/door_fixture.h"

namespace nightjar {

enum class Family { otlp_protobuf, otlp_json, remote_write_1, remote_write_2, alerts, pagerduty, announced, webhook };
enum class Proof { bearer, routing_key, sentry, hmac, own_token };

struct Sender {
  std::string name;
  Door door;
  Family family;
  std::string path, body;  // uncompressed
  HttpHeaders headers;
  std::size_t limit_bytes = 1u << 20;  // of the body as sent
  SentKind kind = SentKind::alerts;
  Proof proof = Proof::bearer;
  std::string proof_header = "", proof_prefix = "";
};

inline constexpr char kSecret[] = "s3cret";

inline std::string corpus(const std::string& path) {
  std::ifstream file(std::string(NIGHTJAR_SOURCE_DIR) + "/tests/fuzz/corpus/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_GT(text.str().size(), 1u) << path;
  return text.str().empty() ? "" : text.str().substr(1);  // the first byte chooses the decoder there
}

inline std::vector<Sender> all_senders() {
  const HttpHeaders protobuf = {{"Content-Type", "application/x-protobuf"}};
  const HttpHeaders json = {{"Content-Type", "application/json"}};
  std::vector<Sender> all;
  const std::pair<const char*, SentKind> signals[] = {
      {"traces", SentKind::traces}, {"metrics", SentKind::metrics}, {"logs", SentKind::logs}};
  for (const auto& [signal, kind] : signals) {
    const std::string path = std::string("/v1/") + signal;
    all.push_back({std::string("otlp_protobuf ") + signal, Door::otlp_http, Family::otlp_protobuf, path,
                   corpus(std::string("otlp_protobuf/") + signal), protobuf, 20u << 20, kind});
    all.push_back({std::string("otlp_json ") + signal, Door::otlp_http, Family::otlp_json, path,
                   corpus(std::string("otlp_json/") + signal), json, 20u << 20, kind});
  }
  all.push_back({"remote_write 1",
                 Door::remote_write,
                 Family::remote_write_1,
                 "/api/v1/write",
                 corpus("remote_write/version_1"),
                 {{"Content-Type", "application/x-protobuf"}, {"Content-Encoding", "snappy"}},
                 16u << 20,
                 SentKind::metrics});
  all.push_back({"remote_write 2",
                 Door::remote_write,
                 Family::remote_write_2,
                 "/api/v1/write",
                 corpus("remote_write/version_2"),
                 {{"Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request"},
                  {"Content-Encoding", "snappy"}},
                 16u << 20,
                 SentKind::metrics});

  const auto alerts = [&](std::string name, Door door, std::string path, std::string body, std::size_t limit) {
    all.push_back({std::move(name), door, Family::alerts, std::move(path), std::move(body), json, limit});
  };
  alerts("alertmanager api", Door::alertmanager_api, "/api/v2/alerts",
         R"([{"labels":{"alertname":"HighErrors","service":"payment"},"startsAt":"2026-11-24T22:50:00Z"}])", 64u << 20);
  const std::string webhooks = "/api/v1/webhooks/", alert_bodies = "alert_webhooks/";
  alerts("alertmanager webhook", Door::alertmanager_webhook, webhooks + "alertmanager",
         corpus(alert_bodies + "alertmanager/webhook"), 64u << 20);
  alerts("grafana", Door::grafana, webhooks + "grafana", corpus(alert_bodies + "grafana/firing"), 64u << 20);
  alerts("datadog", Door::datadog, webhooks + "datadog", corpus(alert_bodies + "datadog/triggered"), 1u << 20);
  alerts("azure", Door::azure_monitor, webhooks + "azure-monitor", corpus(alert_bodies + "azure-monitor/fired"),
         1u << 20);
  alerts("gcp", Door::gcp, webhooks + "gcp", corpus(alert_bodies + "gcp/open"), 1u << 20);
  alerts("zabbix", Door::zabbix, webhooks + "zabbix", corpus(alert_bodies + "zabbix/problem"), 1u << 20);
  alerts("new relic", Door::new_relic, webhooks + "new-relic", corpus(alert_bodies + "new-relic/activated"), 1u << 20);
  alerts("dynatrace", Door::dynatrace, webhooks + "dynatrace", corpus(alert_bodies + "dynatrace/open"), 1u << 20);
  alerts("cloudwatch", Door::cloudwatch, webhooks + "cloudwatch", corpus(alert_bodies + "cloudwatch/alarm"), 1u << 20);
  alerts("sentry", Door::sentry, webhooks + "sentry", corpus(alert_bodies + "sentry/event_alert"), 1u << 20);
  all.back().headers.emplace_back("Sentry-Hook-Resource", "event_alert");
  all.back().proof = Proof::sentry;
  all.back().proof_header = "Sentry-Hook-Signature";
  all.push_back({"pagerduty", Door::pagerduty, Family::pagerduty, "/v2/enqueue",
                 corpus(alert_bodies + "pagerduty/trigger"), json, 512u << 10, SentKind::alerts, Proof::routing_key});
  all.push_back({"pagerduty change", Door::pagerduty_changes, Family::pagerduty, "/v2/change/enqueue",
                 corpus(alert_bodies + "pagerduty-change/deploy"), json, 512u << 10, SentKind::changes,
                 Proof::routing_key});
  all.push_back({"changes", Door::changes, Family::announced, "/api/v1/changes",
                 R"({"service":"payment","version":"2.4.1","id":"build-17"})", json, 1u << 20, SentKind::changes});

  const auto webhook = [&](std::string name, Door door, std::string body, HttpHeaders extra, Proof proof,
                           std::string header, std::string prefix) {
    HttpHeaders headers = json;
    headers.insert(headers.end(), extra.begin(), extra.end());
    const SentKind kind = door == Door::jira || door == Door::servicenow ? SentKind::tickets : SentKind::changes;
    all.push_back({name, door, Family::webhook, webhooks + name, std::move(body), std::move(headers), 1u << 20, kind,
                   proof, std::move(header), std::move(prefix)});
  };
  webhook("github", Door::github, corpus("github/workflow_run"),
          {{"X-GitHub-Event", "workflow_run"}, {"X-GitHub-Delivery", "d-1"}}, Proof::hmac, "X-Hub-Signature-256",
          "sha256=");
  webhook("gitlab", Door::gitlab, corpus("webhooks/gitlab"), {}, Proof::own_token, "X-Gitlab-Token", "");
  webhook("gitea", Door::gitea, corpus("github/gitea_release"),
          {{"X-Gitea-Event", "release"}, {"X-Gitea-Delivery", "d-1"}}, Proof::hmac, "X-Gitea-Signature", "");
  webhook("jenkins", Door::jenkins, corpus("webhooks/jenkins"), {}, Proof::own_token, "Authorization", "Bearer ");
  webhook("argocd", Door::argocd, corpus("webhooks/argocd"), {}, Proof::own_token, "Authorization", "Bearer ");
  webhook("flux", Door::flux, corpus("webhooks/flux"), {}, Proof::hmac, "X-Signature", "sha256=");
  webhook("cdevents", Door::cdevents, corpus("webhooks/cdevents"),
          {{"ce-type", "dev.cdevents.service.deployed.0.2.0"}, {"ce-id", "1"}}, Proof::own_token, "Authorization",
          "Bearer ");
  webhook("jira", Door::jira, corpus("webhooks/jira_issue"), {{"X-Atlassian-Webhook-Identifier", "w-1"}}, Proof::hmac,
          "X-Hub-Signature", "sha256=");
  webhook("servicenow", Door::servicenow, corpus("webhooks/servicenow"), {}, Proof::own_token, "Authorization",
          "Bearer ");
  return all;
}

// The body as it goes over the wire, with a proof made of `token` (of doors.tokens, or the door's own secret). "":
// none.
struct Sent {
  std::string body;
  HttpHeaders headers;
};
inline Sent sent_by(const Sender& sender, std::string body, const std::string& token) {
  Sent sent{std::move(body), sender.headers};
  if (sender.family == Family::remote_write_1 || sender.family == Family::remote_write_2) sent.body = snap(sent.body);
  if (token.empty()) return sent;
  switch (sender.proof) {
    case Proof::bearer:
      sent.headers.emplace_back("Authorization", "Bearer " + token);
      break;
    case Proof::routing_key: {
      const std::string key = "\"routing_key\"";
      const std::size_t at = sent.body.find(key);
      const std::size_t open = at == std::string::npos ? at : sent.body.find('"', at + key.size());
      const std::size_t close = open == std::string::npos ? open : sent.body.find('"', open + 1);
      if (close != std::string::npos) sent.body.replace(open + 1, close - open - 1, token);
      break;
    }
    case Proof::sentry:
    case Proof::hmac:
      sent.headers.emplace_back(sender.proof_header, sender.proof_prefix + to_hex(hmac_sha256(token, sent.body)));
      break;
    case Proof::own_token:
      sent.headers.emplace_back(sender.proof_header, sender.proof_prefix + token);
      break;
  }
  return sent;
}
// Has a secret of its own: no token of doors.tokens opens it.
inline bool has_own_secret(const Sender& sender) {
  return sender.family == Family::webhook || sender.proof == Proof::sentry;
}

}  // namespace nightjar
