// One body after the other, as the senders document them: what it begins, what ends it, and what cannot be used.
#include "tests/unit/wire_alerts/bodies.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

TEST(Grafana, FiringKeepsWhatIsGrafanasOwn) {
  const ReceivedAlerts all = received(parse_grafana, body_of("grafana/firing"));
  ASSERT_EQ(all.alerts.size(), 2u);
  const Alert& first = all.alerts[0];
  EXPECT_EQ(first.sender, "grafana");
  EXPECT_EQ(first.name, "High memory usage");
  EXPECT_EQ(first.service.value, "payment");
  EXPECT_EQ(first.summary, "This alert was triggered for zone us-1");
  EXPECT_EQ(first.starts_at, at("2026-11-24T07:51:03.157076Z"));
  EXPECT_FALSE(first.ends_at);
  EXPECT_EQ(find_attribute(first.annotations, "value_B"), "44.23943737541908");
  EXPECT_EQ(find_attribute(first.annotations, "value_C"), "1");
  EXPECT_EQ(find_attribute(first.annotations, "image_url"), "https://grafana.example.com/render.png");
  EXPECT_EQ(find_attribute(first.annotations, "panel_url"), "https://grafana.example.com/d/dash?viewPanel=2");
  EXPECT_EQ(find_attribute(first.annotations, "org_id"), "1");
  EXPECT_EQ(find_attribute(all.alerts[1].annotations, "silence_url"), "") << "an empty link is none";
}

TEST(Grafana, ResolvedIsTheSameAlert) {
  const ReceivedAlerts firing = received(parse_grafana, body_of("grafana/firing"));
  const ReceivedAlerts resolved = received(parse_grafana, body_of("grafana/resolved"));
  ASSERT_EQ(resolved.alerts.size(), 2u);
  EXPECT_EQ(resolved.alerts[0].fingerprint, firing.alerts[0].fingerprint);
  EXPECT_EQ(resolved.alerts[0].starts_at, firing.alerts[0].starts_at);
  EXPECT_EQ(resolved.alerts[0].ends_at, at("2026-11-24T08:21:03.157076Z"));
  EXPECT_NE(firing.alerts[0].fingerprint, firing.alerts[1].fingerprint);
}

TEST(Grafana, OlderValueString) {
  const Alert alert = alert_of(parse_grafana, "grafana/value_string");
  EXPECT_EQ(find_attribute(alert.annotations, "value_string"), "[ metric='' labels={} value=14151.331895396988 ]");
  EXPECT_EQ(alert.summary, "[FIRING:1] T2") << "a rule without a summary has the title";
}

TEST(Grafana, LegacyAlertsOneRule) {
  const Alert alerting = alert_of(parse_grafana, "grafana/legacy_alerting");
  EXPECT_EQ(alerting.name, "Cart latency");
  EXPECT_EQ(alerting.service.value, "cart");
  EXPECT_EQ(alerting.instance.value, "web-1");
  EXPECT_EQ(alerting.starts_at, kNow);
  EXPECT_EQ(find_attribute(alerting.annotations, "value_High value"), "100");
  const Alert ok = alert_of(parse_grafana, "grafana/legacy_ok");
  EXPECT_EQ(ok.fingerprint, alerting.fingerprint) << "though it no longer names what it matched";
  EXPECT_EQ(ok.ends_at, kNow);
  EXPECT_FALSE(alert_of(parse_grafana, "grafana/legacy_no_data").ends_at);
  const std::string body = body_of("grafana/legacy_alerting");
  EXPECT_TRUE(received(parse_grafana, replaced(body, "\"alerting\"", "\"paused\"")).alerts.at(0).ends_at);
  EXPECT_THAT(received(parse_grafana, replaced(body, "\"alerting\"", "\"pending\"")).ignored, HasSubstr("pending"));
  const ReceivedAlerts odd = received(parse_grafana, replaced(body, "\"alerting\"", "\"smouldering\""));
  EXPECT_EQ(find_attribute(odd.alerts.at(0).labels, "state"), "smouldering") << "an unknown state is kept, and fires";
  EXPECT_FALSE(odd.alerts.at(0).ends_at);
}

TEST(Grafana, BodiesThatAreNotGrafanas) {
  EXPECT_THAT(refusal(parse_grafana, R"({"text":"custom"})"), HasSubstr("without a custom payload"));
  EXPECT_THAT(refusal(parse_grafana, "[]"), HasSubstr("found array"));
  EXPECT_THAT(refusal(parse_grafana, R"({"alerts":[)"), HasSubstr("not JSON"));
  const ReceivedAlerts half = received(parse_grafana, R"({"status":"firing","alerts":[null,{"labels":{"a":"b"}}]})");
  EXPECT_EQ(half.alerts.size(), 1u);
  EXPECT_EQ(half.refused.size(), 1u);
}

TEST(Datadog, TriggeredUntilRecovered) {
  const Alert triggered = alert_of(parse_datadog, "datadog/triggered");
  EXPECT_EQ(triggered.name, "Errors are high");
  EXPECT_EQ(triggered.summary, "@webhook-nightjar Errors of payment are high");
  EXPECT_EQ(triggered.severity, "P1");
  EXPECT_EQ(triggered.service.value, "payment");
  EXPECT_EQ(triggered.instance.value, "web-1");
  EXPECT_EQ(triggered.starts_at, at("2026-11-24T22:50:00Z"));
  EXPECT_EQ(find_attribute(triggered.labels, "monitor"), "true");
  EXPECT_FALSE(triggered.ends_at);
  const Alert recovered = alert_of(parse_datadog, "datadog/recovered");
  EXPECT_EQ(recovered.fingerprint, triggered.fingerprint);
  EXPECT_EQ(recovered.ends_at, at("2026-11-24T22:50:30Z"));
}

TEST(Datadog, NoDataAndWhatItMayYetInventAreAlerts) {
  const Alert none = alert_of(parse_datadog, "datadog/no_data");
  EXPECT_FALSE(none.ends_at);
  EXPECT_EQ(none.severity, "error") << "without a priority the type says it";
  const std::string body = replaced(body_of("datadog/triggered"), "\"Triggered\"", "\"Exploded\"");
  EXPECT_EQ(find_attribute(received(parse_datadog, body).alerts.at(0).labels, "transition"), "Exploded");
}

TEST(Datadog, VariablesThatWereNotFilledInAreNotValues) {
  const Alert alert = alert_of(parse_datadog, "datadog/not_filled_in");
  EXPECT_EQ(alert.severity, "error");
  EXPECT_EQ(find_attribute(alert.labels, "scopes"), "");
  EXPECT_THAT(refusal(parse_datadog, replaced(body_of("datadog/triggered"), "\"1234\"", "\"$ALERT_ID\"")),
              HasSubstr("monitor_id"));
}

TEST(CloudWatch, AlarmUntilOk) {
  const Alert alarm = alert_of(parse_cloudwatch, "cloudwatch/alarm");
  EXPECT_EQ(alarm.name, "payment-5xx");
  EXPECT_EQ(alarm.service.value, "payment");
  EXPECT_EQ(alarm.starts_at, at("2026-11-24T22:49:30.123Z"));
  EXPECT_THAT(alarm.summary, HasSubstr("Threshold Crossed"));
  EXPECT_EQ(find_attribute(alarm.annotations, "threshold"), "10.0");
  EXPECT_FALSE(alarm.ends_at);
  const Alert ok = alert_of(parse_cloudwatch, "cloudwatch/ok");
  EXPECT_EQ(ok.fingerprint, alarm.fingerprint);
  EXPECT_EQ(ok.ends_at, at("2026-11-24T22:50:30.123Z"));
  EXPECT_FALSE(alert_of(parse_cloudwatch, "cloudwatch/insufficient_data").ends_at);
  EXPECT_EQ(alert_of(parse_cloudwatch, "cloudwatch/composite").name, "shop-is-ill");
}

TEST(CloudWatch, EventBridgeSpeaksOfTheSameAlarm) {
  const Alert alarm = alert_of(parse_cloudwatch, "cloudwatch/eventbridge_alarm");
  EXPECT_EQ(alarm.fingerprint, alert_of(parse_cloudwatch, "cloudwatch/alarm").fingerprint);
  EXPECT_EQ(alarm.instance.value, "i-12345678901234567");
  EXPECT_EQ(alarm.starts_at, at("2026-11-24T22:49:40.123Z"));
  const Alert ok = alert_of(parse_cloudwatch, "cloudwatch/eventbridge_ok");
  EXPECT_EQ(ok.starts_at, alarm.starts_at) << "the end says when it began";
  EXPECT_EQ(ok.ends_at, at("2026-11-24T22:50:20Z"));
  EXPECT_FALSE(received(parse_cloudwatch, body_of("cloudwatch/eventbridge_other")).ignored.empty());
  EXPECT_THAT(refusal(parse_cloudwatch, R"({"AlarmName":"x"})"), HasSubstr("NewStateValue"));
}

TEST(AzureMonitor, FiredUntilResolved) {
  const Alert fired = alert_of(parse_azure_monitor, "azure-monitor/fired");
  EXPECT_EQ(fired.name, "WCUS-R2-Gen2");
  EXPECT_EQ(fired.service.value, "payment") << "a custom property outranks the machine's name";
  EXPECT_EQ(fired.instance.value, "wcus-r2-gen2");
  EXPECT_EQ(fired.severity, "Sev3");
  EXPECT_EQ(fired.summary, "Percentage CPU GreaterThan 25 (is 31.1105)") << "for want of a description";
  EXPECT_EQ(fired.starts_at, at("2026-11-24T22:48:24.3713213Z"));
  const Alert resolved = alert_of(parse_azure_monitor, "azure-monitor/resolved");
  EXPECT_EQ(resolved.fingerprint, fired.fingerprint);
  EXPECT_EQ(resolved.starts_at, fired.starts_at);
  EXPECT_EQ(resolved.ends_at, at("2026-11-24T22:50:16.2246313Z"));
  EXPECT_EQ(alert_of(parse_azure_monitor, "azure-monitor/activity_log").service.value, "shop-cart");
}

TEST(AzureMonitor, OlderSchemasAreRefusedWithWhatToSwitchOn) {
  EXPECT_THAT(refusal(parse_azure_monitor, body_of("azure-monitor/old_schema")), HasSubstr("common alert schema"));
}

TEST(Gcp, OpenUntilClosed) {
  const Alert open = alert_of(parse_gcp, "gcp/open");
  EXPECT_EQ(open.name, "payment - CPU utilization");
  EXPECT_EQ(open.service.value, "payment");
  EXPECT_EQ(open.severity, "Critical");
  EXPECT_EQ(open.starts_at, at("2026-11-24T22:48:20Z"));
  EXPECT_EQ(find_attribute(open.labels, "team"), "shop");
  const Alert closed = alert_of(parse_gcp, "gcp/closed");
  EXPECT_EQ(closed.fingerprint, open.fingerprint);
  EXPECT_EQ(closed.ends_at, at("2026-11-24T22:50:20Z"));
  const Alert bare = alert_of(parse_gcp, "gcp/without_resource");
  EXPECT_EQ(bare.starts_at, kNow) << "0 is no time";
  EXPECT_EQ(bare.service.value, "Production Web Cluster");
  EXPECT_THAT(refusal(parse_gcp, R"({"incident":{"state":"open"}})"), HasSubstr("incident_id"));
}

TEST(Zabbix, ProblemUntilResolved) {
  const Alert problem = alert_of(parse_zabbix, "zabbix/problem");
  EXPECT_EQ(problem.name, "Free disk space is less than 20% on volume /");
  EXPECT_EQ(problem.service.value, "payment");
  EXPECT_EQ(problem.instance.value, "web-1");
  EXPECT_EQ(problem.severity, "High");
  EXPECT_EQ(problem.starts_at, at("2026-11-24T22:46:40Z"));
  EXPECT_EQ(find_attribute(problem.labels, "urgent"), "true");
  EXPECT_FALSE(problem.ends_at);
  const Alert resolved = alert_of(parse_zabbix, "zabbix/resolved");
  EXPECT_EQ(resolved.fingerprint, problem.fingerprint);
  EXPECT_EQ(resolved.ends_at, at("2026-11-24T22:50:20Z"));
  EXPECT_EQ(alert_of(parse_zabbix, "zabbix/ok_without_times").ends_at, kNow) << "older servers know no timestamps";
  EXPECT_EQ(alert_of(parse_zabbix, "zabbix/tags_as_text").service.value, "cart");
  EXPECT_FALSE(received(parse_zabbix, body_of("zabbix/update")).ignored.empty());
  EXPECT_THAT(refusal(parse_zabbix, R"({"id":"{EVENT.ID}","triggerId":"{TRIGGER.ID}"})"), HasSubstr("macros"));
}

TEST(Sentry, IssueAlertUntilTheIssueIsResolved) {
  const Alert alert = alert_of(parse_sentry, "sentry/event_alert");
  EXPECT_EQ(alert.name, "Very Important Alert Rule!");
  EXPECT_EQ(alert.summary, "ReferenceError: blooopy is not defined");
  EXPECT_EQ(alert.service.value, "front-end") << "the project, found in the event's address";
  EXPECT_EQ(alert.severity, "error");
  EXPECT_EQ(alert.starts_at, at("2026-11-24T22:46:17.403Z"));
  EXPECT_EQ(alert.generator_url,
            "https://sentry.io/organizations/test-org/issues/1170820242/events/e4874d664c3540c1a32eab185f12c5ab/");
  const Alert tagged = alert_of(parse_sentry, "sentry/event_alert_with_service");
  EXPECT_EQ(tagged.service.value, "cart");
  EXPECT_EQ(tagged.fingerprint, alert.fingerprint) << "the issue is in its address too";
  const Alert over = alert_of(parse_sentry, "sentry/issue_resolved");
  EXPECT_EQ(over.fingerprint, alert.fingerprint);
  EXPECT_EQ(over.ends_at, kNow);
  EXPECT_FALSE(received(parse_sentry, body_of("sentry/issue_created")).ignored.empty());
  EXPECT_FALSE(received(parse_sentry, body_of("sentry/installation")).ignored.empty());
}

TEST(Sentry, MetricAlert) {
  const Alert critical = alert_of(parse_sentry, "sentry/metric_alert_critical");
  EXPECT_EQ(critical.name, "Too many errors");
  EXPECT_EQ(critical.severity, "critical");
  EXPECT_EQ(critical.service.value, "front-end");
  EXPECT_EQ(critical.starts_at, at("2026-11-24T22:40:00Z"));
  const Alert resolved = alert_of(parse_sentry, "sentry/metric_alert_resolved");
  EXPECT_EQ(resolved.fingerprint, critical.fingerprint);
  EXPECT_EQ(resolved.starts_at, critical.starts_at);
  EXPECT_EQ(resolved.ends_at, at("2026-11-24T22:50:00Z"));
}

TEST(Sentry, BodiesThatNameNothing) {
  for (const char* body :
       {R"({"action":"triggered"})", R"({"data":{}})", R"({"action":"triggered","data":{"event":{}}})",
        R"({"action":"critical","data":{"metric_alert":{}}})", R"({"action":"resolved","data":{"issue":{}}})",
        R"({"project":"x","message":"the older plugin","event":{}})"})
    refusal(parse_sentry, body);
}

TEST(NewRelic, ActivatedUntilClosed) {
  const Alert activated = alert_of(parse_new_relic, "new-relic/activated");
  EXPECT_EQ(activated.name, "Memory high");
  EXPECT_EQ(activated.service.value, "checkout");
  EXPECT_EQ(activated.severity, "CRITICAL");
  EXPECT_EQ(activated.starts_at, at("2026-11-24T22:48:00.123Z"));
  const Alert closed = alert_of(parse_new_relic, "new-relic/closed");
  EXPECT_EQ(closed.fingerprint, activated.fingerprint);
  EXPECT_EQ(closed.starts_at, activated.starts_at);
  EXPECT_EQ(closed.ends_at, at("2026-11-24T22:50:20Z"));
  EXPECT_FALSE(received(parse_new_relic, body_of("new-relic/acknowledged")).ignored.empty());
  EXPECT_EQ(alert_of(parse_new_relic, "new-relic/with_service").service.value, "checkout-api");
  EXPECT_THAT(refusal(parse_new_relic, R"({"id":"{{ issueId }}","state":"ACTIVATED"})"),
              HasSubstr("{{ json issueId }}"));
}

TEST(NewRelic, OlderChannel) {
  const Alert open = alert_of(parse_new_relic, "new-relic/legacy_open");
  EXPECT_EQ(open.name, "Error percentage");
  EXPECT_EQ(open.service.value, "checkout");
  EXPECT_EQ(open.starts_at, at("2026-11-24T22:48:00.255Z"));
  const Alert closed = alert_of(parse_new_relic, "new-relic/legacy_closed");
  EXPECT_EQ(closed.fingerprint, open.fingerprint);
  EXPECT_EQ(closed.ends_at, at("2026-11-24T22:50:20.255Z"));
  EXPECT_FALSE(received(parse_new_relic, body_of("new-relic/legacy_test")).ignored.empty());
}

TEST(Dynatrace, OpenUntilResolvedOrMerged) {
  const Alert open = alert_of(parse_dynatrace, "dynatrace/open");
  EXPECT_EQ(open.name, "Failure rate increase");
  EXPECT_EQ(open.service.value, "payment") << "the service before the host";
  EXPECT_EQ(open.severity, "ERROR");
  EXPECT_EQ(open.starts_at, at("2026-11-24T22:47:00Z"));
  EXPECT_EQ(find_attribute(open.labels, "[AWS]env"), "prod");
  EXPECT_FALSE(open.ends_at);
  const Alert resolved = alert_of(parse_dynatrace, "dynatrace/resolved");
  EXPECT_EQ(resolved.fingerprint, open.fingerprint);
  EXPECT_EQ(resolved.ends_at, at("2026-11-24T22:50:20Z"));
  EXPECT_TRUE(alert_of(parse_dynatrace, "dynatrace/merged").ends_at);
  EXPECT_EQ(alert_of(parse_dynatrace, "dynatrace/test").service.value, "MyService1");
  EXPECT_THAT(refusal(parse_dynatrace, R"({"PID":"{PID}","ProblemID":"{ProblemID}","State":"OPEN"})"),
              HasSubstr("docs/senders.md"));
}

}  // namespace
}  // namespace nightjar
