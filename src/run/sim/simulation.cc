#include "run/sim/simulation.h"

#include <map>
#include <set>

#include "base/text.h"
#include "run/driver/driver.h"
#include "run/sim/restart.h"
#include "run/sim/simulated_world.h"
#include "wire/json/effect_json.h"

namespace nightjar {
namespace {

std::vector<std::string> lines_of(const Effects& effects) {
  std::vector<std::string> lines;
  for (const Effect& effect : effects) lines.push_back(encode_effect(effect));
  return lines;
}

// What the engine said to each Input of a recorded world.
std::vector<std::vector<std::string>> derive(const std::vector<Input>& inputs, std::size_t lanes, bool threads) {
  Driver driver({.lanes = lanes, .threads = threads});
  std::vector<std::vector<std::string>> said;
  for (const Input& input : inputs) said.push_back(lines_of(driver.step(input)));
  return said;
}

void compare(const char* what, const std::vector<Input>& inputs, const std::vector<std::vector<std::string>>& first,
             const std::vector<std::vector<std::string>>& second, SimulationReport& report) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (first[i] == second[i]) continue;
    report.broken.push_back(fmt::format("{}: input {} gives other effects", what, inputs[i].sequence));
    return;
  }
}

void check_effects(const std::vector<Effects>& all, SimulationReport& report) {
  std::map<ActionId, int> dispatched;
  std::map<std::pair<IncidentId, std::string>, int> created;
  for (const Effects& effects : all) {
    for (const Effect& effect : effects) {
      if (const auto* dispatch = std::get_if<DispatchAction>(&effect)) ++dispatched[dispatch->action.id];
      if (const auto* deliver = std::get_if<Deliver>(&effect);
          deliver != nullptr && deliver->delivery.operation == DeliveryOperation::create)
        ++created[{deliver->delivery.incident, deliver->delivery.destination}];
    }
  }
  for (const auto& [id, times] : dispatched)
    if (times > 1) report.broken.push_back(fmt::format("{} was dispatched {} times", to_string(id), times));
  for (const auto& [thread, times] : created)
    if (times > 1)
      report.broken.push_back(
          fmt::format("{} got {} new messages about {}", thread.second, times, to_string(thread.first)));
}

// The newest decision about what to do, for whoever looks at a failed seed.
std::string last_word(const World& world) {
  std::string text = "nothing was proposed";
  for (const auto& [id, action] : world.actions) {
    text = fmt::format("{} blast {:.1f}", action.text, action.blast_radius.score);
    for (const DecisionPart& part : action.decision.reasons) text += "; " + part.text;
  }
  return text;
}

}  // namespace

SimulationReport simulate(std::uint64_t seed, int seconds) {
  SimulationReport report;
  SimulatedWorld world(seed);
  Driver driver({.lanes = 2});
  std::vector<Input> inputs;
  std::vector<Effects> effects;
  std::vector<std::vector<std::string>> said;
  int rolled_back_at = -1;
  for (int second = 0; second < seconds; ++second) {
    for (Input& input : world.next_second()) {
      effects.push_back(driver.step(input));
      said.push_back(lines_of(effects.back()));
      world.take(effects.back());
      inputs.push_back(std::move(input));
    }
    if (rolled_back_at < 0 && !world.dispatched().empty()) rolled_back_at = second;
  }
  check_effects(effects, report);
  // Replay is the same loop without the world: killed anywhere and come back, the engine must say the same. The lanes
  // likewise.
  compare("replay", inputs, said, derive(inputs, 2, false), report);
  compare("1 lane", inputs, said, derive(inputs, 1, false), report);
  compare("5 lanes on threads", inputs, said, derive(inputs, 5, true), report);
  const Recording recording = {std::move(inputs), std::move(said), driver.snapshot()};
  const RestartReport restarts =
      check_restarts(recording, {.lanes = 2}, restart_anywhere(seed, recording.inputs.size(), 3));
  report.broken.insert(report.broken.end(), restarts.broken.begin(), restarts.broken.end());
  if (!world.has_bad_release() && !world.dispatched().empty())
    report.broken.push_back("nothing was wrong, and something was done");
  if (world.has_bad_release() && seconds >= 420 && world.dispatched().empty())
    report.broken.push_back(fmt::format("the bad release was not taken back: {}", last_word(driver.world())));
  if (driver.undecodable() > 0)
    report.broken.push_back(fmt::format("{} bodies could not be decoded", driver.undecodable()));
  report.summary = fmt::format("{} s, {} inputs, {} incidents, {}", seconds, recording.inputs.size(),
                               driver.world().incidents.size(),
                               rolled_back_at >= 0       ? fmt::format("rolled back at {} s", rolled_back_at)
                               : world.has_bad_release() ? "bad release not rolled back in this time"
                                                         : "nothing to do");
  return report;
}

}  // namespace nightjar
