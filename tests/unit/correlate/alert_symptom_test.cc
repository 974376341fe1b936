// Alerts of other tools as symptoms: how bad their words are, and what stays of one when its end says little.
#include "engine/correlate/alert_severity.h"
#include "engine/correlate/correlator.h"
#include "engine/correlate/symptoms.h"

namespace nightjar {
namespace {

TEST(SeveritySaid, InTheWordsOfManySenders) {
  for (const char* word : {"critical", "page", "CRITICAL", "P1", "Sev0", "Sev1", "Disaster", "High", "fatal"})
    EXPECT_EQ(severity_said(word), Severity::high) << word;
  for (const char* word : {"info", "Information", "Not classified", "LOW", "P5", "Sev4"})
    EXPECT_EQ(severity_said(word), Severity::info) << word;
  for (const char* word : {"", "warning", "error", "ERROR", "AVAILABILITY", "P3", "smouldering", "criticality"})
    EXPECT_EQ(severity_said(word), Severity::warning) << word;
}

TEST(AlertSymptom, AnEndThatSaysLittleLeavesWhatTheBeginningSaid) {
  World world;
  world.now = {1'795'560'640'000'000'000};
  Alert alert;
  alert.fingerprint = 17;
  alert.name = "errors";
  alert.summary = "payment fails";
  alert.service = {"payment"};
  alert.severity = "critical";
  alert.starts_at = world.now - minutes(2);
  Correlator correlator;
  correlator.take(world, symptoms_of_alerts(world, {alert}));
  ASSERT_EQ(world.incidents.size(), 1u);

  // PagerDuty's resolve: a key and nothing else.
  Alert end;
  end.fingerprint = 17;
  end.starts_at = world.now;
  end.ends_at = world.now;
  correlator.take(world, symptoms_of_alerts(world, {end}));
  const Symptom& symptom = world.incidents.begin()->second.symptoms.at(0);
  EXPECT_FALSE(symptom.open);
  EXPECT_EQ(symptom.alert->summary, "payment fails");
  EXPECT_EQ(symptom.alert->severity, "critical");
  EXPECT_EQ(symptom.alert->ends_at, world.now);

  correlator.take(world, symptoms_of_alerts(world, {alert}));
  EXPECT_TRUE(symptom.open);
  EXPECT_FALSE(symptom.alert->ends_at) << "again";

  end.fingerprint = 18;
  correlator.take(world, symptoms_of_alerts(world, {end}));
  EXPECT_EQ(world.incidents.size(), 1u) << "the end of an alert nobody knows is nothing";
}

}  // namespace
}  // namespace nightjar
