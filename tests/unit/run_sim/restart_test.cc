// A restart from a snapshot must not show: not in an effect, not in what the engine knows in the end. The moments are
// those at which most is in the air.
#include "run/sim/restart.h"

#include <set>

#include "base/text.h"
#include "run/sim/simulated_world.h"
#include "wire/json/effect_json.h"

namespace nightjar {
namespace {

const DriverSettings kTwoLanes{.lanes = 2};

Recording record(std::uint64_t seed, int seconds) {
  SimulatedWorld world(seed);
  Driver driver(kTwoLanes);
  Recording recording;
  for (int second = 0; second < seconds; ++second) {
    for (Input& input : world.next_second()) {
      const Effects effects = driver.step(input);
      world.take(effects);
      std::vector<std::string>& said = recording.said.emplace_back();
      for (const Effect& effect : effects) said.push_back(encode_effect(effect));
      recording.inputs.push_back(std::move(input));
    }
  }
  recording.last_state = driver.snapshot();
  return recording;
}

template <class Map, class Is>
bool any(const Map& map, Is is) {
  return std::any_of(map.begin(), map.end(), [&](const auto& entry) { return is(entry.second); });
}

template <class T>
bool holds(const Effects& effects) {
  return std::any_of(effects.begin(), effects.end(),
                     [](const Effect& effect) { return std::holds_alternative<T>(effect); });
}

// The first time of each.
class Moments {
 public:
  std::string operator()(std::size_t at, const Effects& effects, const World& world) {
    const auto in_state = [&](ActionState state) {
      return any(world.actions, [&](const Action& action) { return action.state == state; });
    };
    const std::pair<const char*, bool> moments[] = {
        {"the first input", at == 0},
        {"spans wait for their window", at == 333},
        {"a change is watched",
         any(world.changes, [](const Change& change) { return change.watch.requests_new > 100; })},
        {"an anomaly is open", !world.judgement.anomalies.empty()},
        {"an incident is open",
         any(world.incidents, [](const Incident& incident) { return incident.state == IncidentState::open; })},
        {"right after a dispatch", holds<DispatchAction>(effects)},
        {"a delivery is unanswered", holds<Deliver>(effects)},
        {"an action is running, without a report", in_state(ActionState::running) && !holds<DispatchAction>(effects)},
        {"during a verification", in_state(ActionState::verifying)},
        {"an action has failed", in_state(ActionState::failed) || in_state(ActionState::needs_human)},
        {"an alert is open", world.alerts_received > 0},
        {"the incident is over",
         any(world.incidents, [](const Incident& incident) { return incident.state != IncidentState::open; })}};
    std::string names;
    for (const auto& [name, now] : moments)
      if (now && seen_.insert(name).second) names += fmt::format("{}{}", names.empty() ? "" : " and ", name);
    return names;
  }
  const std::set<std::string>& seen() const { return seen_; }

 private:
  std::set<std::string> seen_;
};

TEST(Restart, DoesNotShowWhateverIsInTheAir) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Recording recording = record(seed, 420);
    Moments moments;
    const RestartReport report = check_restarts(recording, kTwoLanes, std::ref(moments));
    for (const std::string& broken : report.broken) ADD_FAILURE() << "seed " << seed << ", " << broken;
    seen.insert(moments.seen().begin(), moments.seen().end());
  }
  EXPECT_EQ(seen.size(), 12u) << "a moment that no seed had proves nothing: "
                              << fmt::format("{}", fmt::join(seen, "; "));
}

TEST(Restart, IsNoticedWhenSomethingIsForgotten) {
  Recording recording = record(3, 60);
  ASSERT_TRUE(check_restarts(recording, kTwoLanes, restart_anywhere(1, recording.inputs.size(), 3)).broken.empty());
  recording.last_state.back() ^= 1;
  EXPECT_EQ(check_restarts(recording, kTwoLanes, restart_anywhere(1, recording.inputs.size(), 3)).broken.size(), 1u);
  for (std::vector<std::string>& said : recording.said)
    for (std::string& line : said) line += ' ';
  EXPECT_EQ(check_restarts(recording, kTwoLanes, restart_anywhere(1, recording.inputs.size(), 3)).broken.size(), 1u);
}

TEST(Restart, AForeignSnapshotIsRefusedBeforeAnythingIsTouched) {
  const Recording recording = record(1, 40);
  for (const std::size_t lanes : {1u, 3u}) {
    Driver driver({.lanes = lanes});
    const std::string fresh = driver.snapshot();
    const absl::Status status = driver.restore(recording.last_state);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_NE(message_of(status).find("set lanes: 2 again"), std::string_view::npos) << message_of(status);
    EXPECT_TRUE(driver.snapshot() == fresh);
  }
  std::string other = recording.last_state;
  other[0] ^= 1;  // the fingerprint of what is carried stands in front
  EXPECT_EQ(Driver(kTwoLanes).restore(other).code(), absl::StatusCode::kFailedPrecondition);
  ObserveSettings wider;
  wider.window = seconds(60);
  EXPECT_EQ(Driver({.lanes = 2, .observe = wider}).restore(recording.last_state).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Driver(kTwoLanes).restore("").code(), absl::StatusCode::kFailedPrecondition);
}

TEST(Restart, ACutSnapshotIsRefused) {
  const Recording recording = record(1, 40);
  const std::string_view bytes = recording.last_state;
  for (const std::size_t keep : {bytes.size() - 1, bytes.size() / 2, bytes.size() / 3, std::size_t{40}})
    EXPECT_EQ(Driver(kTwoLanes).restore(bytes.substr(0, keep)).code(), absl::StatusCode::kDataLoss) << keep;
  EXPECT_EQ(Driver(kTwoLanes).restore(std::string(bytes) + 'x').code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace nightjar
