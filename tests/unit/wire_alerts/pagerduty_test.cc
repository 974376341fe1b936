#include "tests/unit/wire_alerts/bodies.h"

namespace nightjar {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

PagerDutyEvent event_of(std::string_view body) {
  const auto event = parse_pagerduty_event(body, kNow);
  EXPECT_TRUE(event.ok()) << message_of(event.status());
  return event.ok() ? *event : PagerDutyEvent{};
}

TEST(PagerDuty, TriggerIsAnAlert) {
  const PagerDutyEvent event = event_of(body_of("pagerduty/trigger"));
  EXPECT_TRUE(event.errors.empty());
  EXPECT_EQ(event.dedup_key, "samplekeyhere");
  ASSERT_TRUE(event.alert);
  EXPECT_EQ(event.alert->sender, "pagerduty");
  EXPECT_EQ(event.alert->name, "deploy");
  EXPECT_EQ(event.alert->summary, "Example alert on host1.example.com");
  EXPECT_EQ(event.alert->service.value, "postgres") << "the component, when nothing names a service";
  EXPECT_EQ(event.alert->severity, "info");
  EXPECT_EQ(event.alert->starts_at, at("2026-11-24T08:42:58.315Z"));
  EXPECT_EQ(event.alert->generator_url, "https://monitoring.example.com");
  EXPECT_EQ(find_attribute(event.alert->annotations, "load avg"), "0.75");
  for (const auto& [name, value] : event.alert->labels) EXPECT_NE(value, event.routing_key) << "a secret";
}

TEST(PagerDuty, ResolveEndsItAndTheSameKeyBeginsAnew) {
  const Alert first = *event_of(body_of("pagerduty/trigger")).alert;
  const Alert end = *event_of(body_of("pagerduty/resolve")).alert;
  EXPECT_EQ(end.fingerprint, first.fingerprint);
  EXPECT_EQ(end.ends_at, kNow);
  const Alert again = *event_of(replaced(body_of("pagerduty/trigger"), "2026-11-24T08:42", "2026-11-24T09:00")).alert;
  EXPECT_EQ(again.fingerprint, first.fingerprint);
  EXPECT_NE(again.starts_at, first.starts_at) << "another episode";
  const Alert other = *event_of(replaced(body_of("pagerduty/resolve"), "0123456789abcdef", "fedcba9876543210")).alert;
  EXPECT_NE(other.fingerprint, first.fingerprint) << "another routing key ends nothing";
}

TEST(PagerDuty, AcknowledgeChangesNothing) {
  const PagerDutyEvent event = event_of(body_of("pagerduty/acknowledge"));
  EXPECT_TRUE(event.errors.empty());
  EXPECT_FALSE(event.alert);
}

TEST(PagerDuty, AGeneratedKeyIsMadeOfTheBody) {
  const std::string body = body_of("pagerduty/without_dedup_key");
  const std::string key = event_of(body).dedup_key;
  EXPECT_EQ(key.size(), 32u);
  EXPECT_EQ(event_of(body).dedup_key, key) << "sent again after a lost answer: the same alert";
  EXPECT_NE(event_of(replaced(body, "host1", "host2")).dedup_key, key);
}

TEST(PagerDuty, ServiceOfTheDetails) {
  const Alert alert = *event_of(body_of("pagerduty/as_alertmanager_sends")).alert;
  EXPECT_EQ(alert.service.value, "payment");
  EXPECT_EQ(alert.severity, "critical");
  EXPECT_THAT(find_attribute(alert.annotations, "firing"), HasSubstr("HighErrors"));
}

TEST(PagerDuty, AnUnknownSeverityIsKeptAnUnknownActionIsNot) {
  EXPECT_EQ(event_of(replaced(body_of("pagerduty/trigger"), "\"info\"", "\"fatal\"")).alert->severity, "fatal");
  const PagerDutyEvent odd = event_of(replaced(body_of("pagerduty/trigger"), "\"trigger\"", "\"escalate\""));
  EXPECT_FALSE(odd.alert);
  EXPECT_THAT(odd.errors, Contains(HasSubstr("escalate")));
}

TEST(PagerDuty, AllThatIsWrongIsSaidAtOnce) {
  const PagerDutyEvent empty = event_of(R"({"event_action":"trigger"})");
  EXPECT_EQ(empty.errors.size(), 4u);
  EXPECT_THAT(empty.errors, Contains("'payload.summary' is missing or blank"));
  EXPECT_THAT(empty.errors, Contains("'routing_key' is missing or blank"));
  EXPECT_THAT(event_of(R"({"routing_key":7,"event_action":"resolve"})").errors,
              Contains("'routing_key' must be text, not number"));
  EXPECT_THAT(event_of(R"({"routing_key":"k","event_action":"resolve"})").errors, Contains(HasSubstr("'dedup_key'")));
  const std::string long_key =
      R"({"routing_key":"k","event_action":"resolve","dedup_key":")" + std::string(256, 'k') + "\"}";
  EXPECT_THAT(event_of(long_key).errors, Contains(HasSubstr("256 bytes")));
}

TEST(PagerDuty, LimitsOfItsFields) {
  const std::string body =
      replaced(body_of("pagerduty/trigger"), "Example alert on host1.example.com", std::string(3000, 's'));
  EXPECT_EQ(event_of(body).alert->summary, std::string(1024, 's') + "…");
  EXPECT_EQ(parse_pagerduty_event(std::string(kPagerDutyBodyBytes + 1, ' '), kNow).status().code(),
            absl::StatusCode::kResourceExhausted);
  for (const char* broken : {"", "[]", "null", "{", "{\"a\":"}) EXPECT_FALSE(parse_pagerduty_event(broken, kNow).ok());
}

TEST(PagerDuty, TheRoutingKeyIsBlottedOut) {
  EXPECT_EQ(without_routing_key(R"({"routing_key":"s3cret","x":"s3cret"})", "s3cret"),
            R"({"routing_key":"…","x":"…"})");
  EXPECT_EQ(without_routing_key("{}", ""), "{}");
}

TEST(PagerDutyChange, DeployOfAService) {
  const auto change = parse_pagerduty_change(body_of("pagerduty-change/deploy"), kNow);
  ASSERT_TRUE(change.ok() && change->event);
  EXPECT_EQ(change->event->kind, ChangeKind::deploy);
  EXPECT_EQ(change->event->service.value, "payment");
  EXPECT_EQ(change->event->version, "2.4.1");
  EXPECT_EQ(change->event->previous_version, "2.4.0");
  EXPECT_EQ(change->event->commit, "0123abc");
  EXPECT_EQ(change->event->author, "ada");
  EXPECT_EQ(change->event->started_at, at("2026-11-24T22:40:00Z"));
  EXPECT_EQ(change->event->url, "https://ci.example.com/17");
  EXPECT_EQ(change->event->key, parse_pagerduty_change(body_of("pagerduty-change/deploy"), kNow)->event->key);
}

TEST(PagerDutyChange, ABuildThatNamesNoServiceIsContext) {
  const auto change = parse_pagerduty_change(body_of("pagerduty-change/build"), kNow);
  ASSERT_TRUE(change.ok() && change->event);
  EXPECT_EQ(change->event->kind, ChangeKind::push);
  EXPECT_EQ(change->event->status, ChangeStatus::succeeded);
  EXPECT_THAT(change->event->title, HasSubstr("Build Success"));
  EXPECT_EQ(parse_pagerduty_change(R"({"routing_key":"k","payload":{}})", kNow)->errors.size(), 1u);
}

}  // namespace
}  // namespace nightjar
