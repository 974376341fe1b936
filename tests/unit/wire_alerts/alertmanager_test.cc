#include "wire/alerts/alertmanager.h"

#include "base/text.h"
#include "tests/unit/wire_alerts/bodies.h"
#include "wire/alerts/split_array.h"

namespace nightjar {
namespace {

ReceivedAlerts v2(std::string_view body) {
  const auto received = parse_alerts_v2(body, kNow);
  EXPECT_TRUE(received.ok()) << message_of(received.status());
  return received.ok() ? *received : ReceivedAlerts{};
}
ReceivedAlerts webhook(std::string_view body) {
  const auto received = parse_alert_webhook(body, kNow);
  EXPECT_TRUE(received.ok()) << message_of(received.status());
  return received.ok() ? *received : ReceivedAlerts{};
}

TEST(Alerts, AsPrometheusSendsThem) {
  const auto received = v2(R"([
    {"labels":{"alertname":"HighErrorRate","service":"payment","instance":"payment-1","severity":"page","empty":""},
     "annotations":{"summary":"payment fails","description":"2.9 %"},
     "startsAt":"2026-11-24T22:49:00.123456789Z","endsAt":"2026-11-24T22:54:40Z","generatorURL":"http://127.0.0.1:9090/g"},
    {"labels":{"alertname":"DiskFull","job":"node"},"startsAt":"2026-11-24T22:00:00Z","endsAt":"2026-11-24T22:50:00Z"}])");
  ASSERT_EQ(received.alerts.size(), 2u);
  const Alert& firing = received.alerts[0];
  EXPECT_EQ(firing.name, "HighErrorRate");
  EXPECT_EQ(firing.service.value, "payment");
  EXPECT_EQ(firing.instance.value, "payment-1");
  EXPECT_EQ(firing.severity, "page");
  EXPECT_EQ(firing.summary, "payment fails");
  EXPECT_EQ(firing.sender, "prometheus");
  EXPECT_EQ(firing.starts_at.ns % 1'000'000'000, 123'456'789);
  EXPECT_FALSE(firing.ends_at) << "an end that lies ahead is a promise";
  EXPECT_EQ(firing.labels.size(), 4u) << "an empty label is none";
  EXPECT_EQ(received.alerts[1].service.value, "node");
  EXPECT_EQ(received.alerts[1].summary, "DiskFull");
  EXPECT_EQ(received.alerts[1].ends_at, kNow - seconds(40));
  EXPECT_TRUE(received.refused.empty());
}

TEST(Alerts, ABadOneCostsOnlyItself) {
  const auto received = v2(R"([null, {"labels":{"alertname":"A"}}, 7, {"labels":{}}, {"labels":{"a":1}}, {"labels":[]},
    {"labels":{"a":"b"},"startsAt":"yesterday"}, {"labels":{"a":"b"},"endsAt":5},
    {"labels":{"a":"b"},"startsAt":"2026-11-24T22:00:00Z","endsAt":"2026-11-24T21:00:00Z"},
    {"labels":{"a":"b"},"annotations":"no"}, {"labels":{"":"b"}}, {"labels":{"alertname":"B"}}])");
  ASSERT_EQ(received.alerts.size(), 2u);
  EXPECT_EQ(received.alerts[0].name, "A");
  EXPECT_EQ(received.alerts[0].starts_at, kNow);
  EXPECT_EQ(received.alerts[1].name, "B");
  ASSERT_EQ(received.refused.size(), 10u);
  EXPECT_EQ(received.refused[0].index, 0u);
  EXPECT_EQ(received.refused[0].reason, "it is null, not an object");
  EXPECT_EQ(received.refused[3].reason, "labels.a is not text");
  EXPECT_EQ(received.refused[9].index, 10u);
}

TEST(Alerts, BodiesThatAreNotAlerts) {
  for (const char* body :
       {"", "{}", "null", "[", "]", "[1", "[1,]", "[,]", "[1 2]", "[}]", "[\"a]", "[nul]", "[]]", "[{]}"})
    EXPECT_EQ(parse_alerts_v2(body, kNow).status().code(), absl::StatusCode::kInvalidArgument) << body;
  for (const char* body : {"", "[]", "null", "{}", R"({"alerts":{}})", R"({"alerts":null})"})
    EXPECT_EQ(parse_alert_webhook(body, kNow).status().code(), absl::StatusCode::kInvalidArgument) << body;
  EXPECT_TRUE(v2(" [ ] ").alerts.empty());
  EXPECT_EQ(parse_alerts_v2(std::string(2 << 20, ' '), kNow).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(parse_alerts_v2("[" + std::string(1000, '['), kNow).ok());
  EXPECT_EQ(parse_alerts_v2("[1,2,3]", kNow, {.alerts = 2}).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(Alerts, LimitsOfOneAlert) {
  std::string many = "{";
  for (int i = 0; i < 65; ++i) many += fmt::format(R"({}"l{}":"v")", i ? "," : "", i);
  const auto received = v2(R"([{"labels":)" + many + R"(}},{"labels":{")" + std::string(257, 'n') +
                           R"(":"v"}},{"labels":{"a":")" + std::string(5000, 'v') + R"("}}])");
  EXPECT_EQ(received.refused.size(), 2u);
  ASSERT_EQ(received.alerts.size(), 1u);
  EXPECT_EQ(received.alerts[0].labels[0].second, std::string(4096, 'v') + "…");
}

TEST(Alerts, ServiceIsTheFirstLabelThatNamesOne) {
  const auto received = v2(R"([{"labels":{"job":"j","app":"a","service_name":"n","service":"s"}},
    {"labels":{"job":"j","app":"a","service_name":"n"}}, {"labels":{"job":"j","app":"a"}}, {"labels":{"x":"y"}}])");
  ASSERT_EQ(received.alerts.size(), 4u);
  EXPECT_EQ(received.alerts[0].service.value, "s");
  EXPECT_EQ(received.alerts[1].service.value, "n");
  EXPECT_EQ(received.alerts[2].service.value, "a");
  EXPECT_TRUE(received.alerts[3].service.empty());
}

TEST(Alerts, FingerprintIsOfTheLabelSet) {
  const auto received = v2(R"([{"labels":{"a":"1","b":"2"}},{"labels":{"b":"2","a":"1"},"annotations":{"x":"y"}},
    {"labels":{"a":"12","b":""}},{"labels":{"a":"1","b":"3"}}])");
  ASSERT_EQ(received.alerts.size(), 4u);
  EXPECT_EQ(received.alerts[0].fingerprint, received.alerts[1].fingerprint);
  EXPECT_NE(received.alerts[0].fingerprint, received.alerts[2].fingerprint);
  EXPECT_NE(received.alerts[0].fingerprint, received.alerts[3].fingerprint);
  EXPECT_EQ(received.alerts[0].fingerprint, 1069951013657692308u) << "stored: must never change";
}

TEST(AlertWebhook, AsAlertmanagerSendsIt) {
  const auto received =
      webhook(R"({"version":"4","groupKey":"{}:{}","truncatedAlerts":3,"status":"firing","receiver":"nightjar",
    "groupLabels":{},"commonLabels":{},"commonAnnotations":{},"externalURL":"http://127.0.0.1:9093",
    "alerts":[{"status":"firing","labels":{"alertname":"A","service":"cart"},"annotations":{},"startsAt":"2026-11-24T22:40:00Z",
               "endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"c0ffee"},
              {"status":"resolved","labels":{"alertname":"B"},"annotations":{},"startsAt":"2026-11-24T22:40:00Z",
               "endsAt":"2026-11-24T22:45:00Z"},
              {"status":"resolved","labels":{"alertname":"C"},"startsAt":"2026-11-24T22:40:00Z"},
              {"status":"sleeping","labels":{"alertname":"D"}}, null]})");
  ASSERT_EQ(received.alerts.size(), 3u);
  EXPECT_FALSE(received.alerts[0].ends_at);
  EXPECT_EQ(received.alerts[0].sender, "alertmanager");
  EXPECT_EQ(received.alerts[1].ends_at, kNow - seconds(340));
  EXPECT_EQ(received.alerts[2].ends_at, kNow) << "resolved without saying when";
  EXPECT_EQ(received.truncated, 3u);
  ASSERT_EQ(received.refused.size(), 2u);
  EXPECT_EQ(received.refused[0].index, 3u);
}

TEST(SplitArray, KeepsWhatLooksLikeStructureInsideTexts) {
  const auto items = split_array(R"( [ {"a":"],\"[{"} , [1,2] ,"x" ] )", 4);
  ASSERT_TRUE(items);
  EXPECT_EQ(*items, (std::vector<std::string_view>{R"({"a":"],\"[{"})", "[1,2]", R"("x")"}));
}

}  // namespace
}  // namespace nightjar
