// A small shop for tests of the DecisionEngine: windows in which services serve, inputs as the driver would stamp them.
// Tests only.
#pragma once

#include <map>

#include "base/text.h"
#include "engine/decision_engine.h"

namespace nightjar {

class Shop {
 public:
  // Each step is ten seconds later than the one before.
  Effects step(InputBody body) {
    now_ = now_ + seconds(10);
    return engine_.step({++sequence_, now_, std::move(body)});
  }
  // A window in which these versions served.
  Effects serve(const std::map<std::string, std::string>& version_of_service) {
    WindowRollups rollups;
    rollups.window = {now_, now_ + seconds(10)};
    for (const auto& [service, version] : version_of_service) {
      RequestRollup request{{{service}, "GET /", version, {service + "-1"}}, {}};
      request.counts.requests = 10;
      rollups.requests.push_back(std::move(request));
    }
    now_ = now_ + seconds(10);
    return engine_.close_window({++sequence_, now_, Tick{}}, std::move(rollups), {});
  }
  void serve_for(Duration how_long, const std::map<std::string, std::string>& version_of_service) {
    for (const Timestamp until = now_ + how_long; now_ < until;) serve(version_of_service);
  }
  // An alert about `service`, which opens an incident of it.
  const Incident& alarm(const std::string& service) {
    Alert alert;
    alert.fingerprint = ++fingerprint_;
    alert.name = "HighErrors";
    alert.service = {service};
    alert.severity = "critical";
    alert.summary = "it fails";
    alert.starts_at = now_;
    step(AlertsArrived{{alert}});
    CHECK(!engine_.world().incidents.empty());
    return engine_.world().incidents.rbegin()->second;
  }

  const World& world() const { return engine_.world(); }
  Timestamp now() const { return now_; }

 private:
  DecisionEngine engine_;
  Timestamp now_{1'795'560'640'000'000'000};
  Sequence sequence_ = 0;
  std::uint64_t fingerprint_ = 100;
};

}  // namespace nightjar
