#include "run/sim/restart.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "run/sim/random.h"
#include "wire/json/effect_json.h"

namespace nightjar {
namespace {

bool says_the_same(const Effects& effects, const std::vector<std::string>& said) {
  if (effects.size() != said.size()) return false;
  for (std::size_t i = 0; i < said.size(); ++i)
    if (encode_effect(effects[i]) != said[i]) return false;
  return true;
}

}  // namespace

RestartReport check_restarts(const Recording& recording, const DriverSettings& settings, const RestartHere& here) {
  RestartReport report;
  auto driver = std::make_unique<Driver>(settings);
  for (std::size_t i = 0; i < recording.inputs.size(); ++i) {
    const Effects effects = driver->step(recording.inputs[i]);
    if (!says_the_same(effects, recording.said[i])) {
      report.broken.push_back(fmt::format("restarted at {}: input {} gives other effects",
                                          report.moments.empty() ? "no input" : report.moments.back(),
                                          recording.inputs[i].sequence));
      return report;
    }
    const std::string moment = here(i, effects, driver->world());
    if (moment.empty()) continue;
    report.moments.push_back(fmt::format("input {}, {}", recording.inputs[i].sequence, moment));
    const std::string bytes = driver->snapshot();
    report.bytes = std::max(report.bytes, bytes.size());
    driver = std::make_unique<Driver>(settings);
    const absl::Status status = driver->restore(bytes);
    if (!status.ok() || driver->snapshot() != bytes) {
      report.broken.push_back(fmt::format("{}: {}", report.moments.back(),
                                          status.ok() ? "the restored state has other bytes" : message_of(status)));
      return report;
    }
  }
  if (driver->snapshot() != recording.last_state)
    report.broken.push_back(fmt::format("restarted at {}: says the same and knows something else in the end",
                                        fmt::join(report.moments, "; ")));
  return report;
}

RestartHere restart_anywhere(std::uint64_t seed, std::size_t inputs, int times) {
  Random random(seed ^ 0x5eed);
  std::set<std::size_t> chosen;
  for (int i = 0; i < times && inputs > 0; ++i)
    chosen.insert(static_cast<std::size_t>(random.uniform() * static_cast<double>(inputs)));
  return [chosen](std::size_t at, const Effects&, const World&) {
    return std::string(chosen.contains(at) ? "anywhere" : "");
  };
}

}  // namespace nightjar
