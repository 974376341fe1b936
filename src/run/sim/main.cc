// nightjar_sim: seeded worlds against the engine. `./dev sim --seeds 1-100`. A seed that fails is printed, and its
// number is all that is needed to see it again.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "run/sim/simulation.h"

int main(int argc, char** argv) {
  unsigned long first = 1, last = 20;
  int seconds = 420;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--seeds" && std::sscanf(argv[i + 1], "%lu-%lu", &first, &last) == 1) last = first;
    if (option == "--seconds") seconds = std::atoi(argv[i + 1]);
  }
  if (argc % 2 == 0 || last < first || seconds < 1) {
    fmt::print(stderr, "usage: nightjar_sim [--seeds FROM-TO] [--seconds N]\n");
    return 2;
  }
  int failed = 0;
  for (unsigned long seed = first; seed <= last; ++seed) {
    const nightjar::SimulationReport report = nightjar::simulate(seed, seconds);
    fmt::print("seed {} {}: {}\n", seed, report.broken.empty() ? "ok" : "FAILED", report.summary);
    for (const std::string& broken : report.broken) fmt::print("  {}\n", broken);
    std::fflush(stdout);
    failed += report.broken.empty() ? 0 : 1;
  }
  fmt::print("{} of {} seeds ok\n", last - first + 1 - static_cast<unsigned long>(failed), last - first + 1);
  return failed == 0 ? 0 : 1;
}
