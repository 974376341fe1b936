// run/sim/simulated_world.h
// A small shop (simulated_shop.h) on a bad day: web (2 instances) calls pay (2 instances). Traffic, honest errors, a
// harmless release, perhaps a bad one, alerts, bodies sent late or never. Makes Inputs second by second and
// answers the engine's effects the way hand and the destinations would: late, twice, failing. All of it from one seed.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "model/effect.h"
#include "model/input.h"
#include "run/sim/random.h"
#include "run/sim/simulated_shop.h"

namespace nightjar {

class SimulatedWorld {
 public:
  explicit SimulatedWorld(std::uint64_t seed);

  // What happens in the next second, in order; ends with the Tick. Sequences and times are set.
  std::vector<Input> next_second();
  // What the engine asked for: answered in a later second.
  void take(const Effects& effects);

  bool has_bad_release() const { return bad_release_; }
  // Times each action was really carried out (the hand of this world starts an id once, as the real one does).
  const std::map<ActionId, int>& dispatched() const { return dispatched_; }

 private:
  struct Later {
    int second = 0;
    InputBody body;
  };
  void announce_releases(std::vector<InputBody>& bodies);
  void answer(std::vector<InputBody>& bodies);

  Random random_;
  SimulatedShop shop_;
  int second_ = 0;
  Sequence sequence_ = 0;
  bool bad_release_ = false, harmless_release_ = false, alerts_ = false, hand_fails_ = false;
  int release_at_ = 0, harmless_at_ = 0;
  std::vector<Later> later_;
  std::map<ActionId, int> dispatched_;
};

}  // namespace nightjar
