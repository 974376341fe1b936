// run/sim/restart.h
// The simulation's own crash: at chosen inputs the engine is written down, thrown away and restored into a new one,
// and nothing it says or knows afterwards may differ. What a restart forgets shows here: in an effect, or at the end in
// the bytes of the state itself. Called by simulate() for every seed, and by the tests that pick the moment.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "run/driver/driver.h"

namespace nightjar {

// A recorded world: what came, and what an engine that was never stopped said to each and was in the end.
struct Recording {
  std::vector<Input> inputs;
  std::vector<std::vector<std::string>> said;  // encode_effect of each effect, by input
  std::string last_state;                      // Driver::snapshot
};

// Asked after each input, with what the engine made of it: "" goes on, anything else restarts there and names the
// moment.
using RestartHere = std::function<std::string(std::size_t at, const Effects& effects, const World& world)>;

struct RestartReport {
  std::vector<std::string> moments;  // at which it was restarted: "input 17, mid-window"
  std::vector<std::string> broken;   // empty: no difference
  std::size_t bytes = 0;             // of the largest state
};
RestartReport check_restarts(const Recording& recording, const DriverSettings& settings, const RestartHere& here);

// About `times` moments spread over the recording by a seed.
RestartHere restart_anywhere(std::uint64_t seed, std::size_t inputs, int times);

}  // namespace nightjar
