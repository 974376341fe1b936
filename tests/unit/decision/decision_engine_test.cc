#include "engine/decision_engine.h"

#include <gtest/gtest.h>

namespace nightjar {
namespace {

class AlertsOnly : public testing::Test {
 protected:
  void step(InputBody body) {
    now_ = now_ + seconds(1);
    engine_.step({++sequence_, now_, std::move(body)});
  }
  Alert alert(std::string name, std::optional<Timestamp> ends_at) {
    Alert alert;
    alert.fingerprint = name == "TillsSlow" ? 1 : 2;
    alert.name = std::move(name);
    alert.service = {"tills"};
    alert.severity = "critical";
    alert.starts_at = begin_;
    alert.ends_at = ends_at;
    return alert;
  }
  const Incident& incident() const { return engine_.world().incidents.begin()->second; }

  const Timestamp begin_{1'000'000'000'000};
  Timestamp now_ = begin_;
  Sequence sequence_ = 0;
  DecisionEngine engine_;
};

// Who sends no telemetry has no windows whose closing could end an incident.
TEST_F(AlertsOnly, TheIncidentEndsWithItsLastAlert) {
  step(AlertsArrived{{alert("TillsSlow", std::nullopt), alert("TillsStandStill", std::nullopt)}});
  ASSERT_EQ(engine_.world().incidents.size(), 1u);
  step(AlertsArrived{{alert("TillsSlow", now_)}});
  step(Tick{});
  EXPECT_EQ(incident().state, IncidentState::open);
  step(AlertsArrived{{alert("TillsStandStill", now_)}});
  const Timestamp over = now_;
  while (incident().state == IncidentState::open && now_ - over < minutes(10)) step(Tick{});
  EXPECT_EQ(incident().state, IncidentState::resolved);
  EXPECT_EQ(incident().resolved_at, now_);
  EXPECT_GE(now_ - over, minutes(2));  // what comes back sooner is the same trouble
  EXPECT_LE(now_ - over, minutes(2) + seconds(2));
  EXPECT_EQ(engine_.world().incidents.size(), 1u);
}

}  // namespace
}  // namespace nightjar
