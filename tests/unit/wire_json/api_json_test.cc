#include "wire/json/api_json.h"

#include <limits>

#include <nlohmann/json.hpp>

#include "tests/unit/wire_json/examples.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

TEST(ApiJson, IncidentAsAPersonReadsIt) {
  const Json json = api_incident(examples::incident(), {examples::action()}, {examples::ticket()});
  EXPECT_EQ(json["id"], "inc-5");
  EXPECT_EQ(json["onset_at"], "2025-11-24T22:50:55.123Z");
  EXPECT_EQ(json["cause"]["change_id"], "chg-12");
  EXPECT_EQ(json["hurt"]["share_of_requests"], 33.0 / 7381.0);
  EXPECT_EQ(json["findings"][0]["rank"], 1);
  EXPECT_EQ(json["findings"][0]["statement"]["fingerprint"], "fffffffffffffff0");
  EXPECT_EQ(json["findings"][0]["evidence"][0]["series"]["measure"], "errors");
  EXPECT_EQ(json["alerts"][0]["state"], "resolved");
  EXPECT_EQ(json["alerts"][0]["labels"]["service"], "payment");
  EXPECT_EQ(json["alerts"][0]["joined"], "gateway calls payment");
  EXPECT_EQ(json["actions"][0]["id"], "act-7");
  EXPECT_EQ(json["action_ids"], Json::array({"act-7"}));
  EXPECT_EQ(json["ticket"]["key"], "shop/shop#3");
}

TEST(ApiJson, UnknownIsNull) {
  Incident incident;
  incident.id = {1};
  const Json json = api_incident(incident, {}, {});
  for (const char* key : {"resolved_at", "cause", "acknowledged_by", "ticket"}) EXPECT_TRUE(json[key].is_null()) << key;
  for (const char* key : {"symptoms", "findings", "actions", "alerts", "timeline", "action_ids"})
    EXPECT_EQ(json[key], Json::array()) << key;
  incident.findings.push_back({.kind = CauseKind::none, .text = "no confident cause"});
  EXPECT_TRUE(api_incident_summary(incident)["cause"].is_null()) << "a finding, but not a cause";

  const Json change = api_change({});
  for (const char* key : {"previous_version", "commit", "url", "finished_at", "caused_by_action"})
    EXPECT_TRUE(change[key].is_null()) << key;
  EXPECT_EQ(api_action({})["arguments"], Json::object());
  EXPECT_TRUE(api_action({})["verification"].is_null());
}

TEST(ApiJson, NumbersAreFinite) {
  Change change = examples::change();
  change.watch.e_value = std::numeric_limits<double>::infinity();
  EXPECT_EQ(api_change(change)["watch"]["e_value"], 1e300);
  EXPECT_EQ(api_change(change)["watch"]["took_seconds"], 57.0);
  EXPECT_TRUE(api_number(std::numeric_limits<double>::quiet_NaN()).is_null());
}

TEST(ApiJson, Dependency) {
  DependencyCounts counts{.calls = 20, .errors = 5};
  counts.durations.observe(1'000'000, 20);
  const Json json = api_dependency({{"gateway"}, {"postgresql shop"}, DependencyKind::database}, counts, seconds(10));
  EXPECT_EQ(json["calls_per_second"], 2.0);
  EXPECT_EQ(json["error_ratio"], 0.25);
  EXPECT_NEAR(json["p95_ms"].get<double>(), 1.0, 1.0 / 16);
  EXPECT_TRUE(api_dependency({}, {}, seconds(10))["error_ratio"].is_null());
}

TEST(ApiJson, Notification) {
  const Json json = api_notification(examples::delivery(), "slack", DeliveryState::sent, examples::at(0), "");
  EXPECT_EQ(json["id"], "ntf-9");
  EXPECT_EQ(json["text"], "payment fails\na\nb");
  EXPECT_TRUE(json["external_ref"].is_null());
}

}  // namespace
}  // namespace nightjar
