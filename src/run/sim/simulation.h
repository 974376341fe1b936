// run/sim/simulation.h
// One seeded world against the engine, with checkers. Called by nightjar_sim and by tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nightjar {

struct SimulationReport {
  std::vector<std::string> broken;  // what did not hold; empty: the seed is ok
  std::string summary;              // "420 s, 4,830 inputs, bad release rolled back at 233 s"
};

// Checks that: no action is dispatched twice; no destination gets two new messages for one incident; an incident-free
// world stays free of actions; the engine with 1, 2 and 5 lanes, one that replays, and one that is restarted from
// snapshots at moments the seed chooses, says byte for byte the same.
SimulationReport simulate(std::uint64_t seed, int seconds);

}  // namespace nightjar
