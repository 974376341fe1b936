#include "engine/diagnose/words.h"

#include "base/text.h"

namespace nightjar {

std::string odds(double e_value) {
  if (e_value >= 1e6) return "over a million : 1";
  return fmt::format("{} : 1", three_digits(e_value));
}

std::string name_of(const Change& change) {
  return change.event.version.empty() ? fmt::format("{} of {}", to_string(change.id), change.event.service.value)
                                      : fmt::format("{} {}", change.event.service.value, change.event.version);
}

std::string conduct(const ChangeWatch& watch) {
  return fmt::format(
      "{} {} requests, {} {}", watch.measure == "slow requests" ? "is slow on" : "fails",
      share(watch.errors_new, watch.requests_new),
      watch.design == WatchDesign::concurrent_control ? "the old version beside it" : "before it the service",
      share(watch.errors_old, watch.requests_old));
}

std::string share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return fmt::format("{} of 0", part);
  return fmt::format("{} of {} ({})", part, whole, percent(static_cast<double>(part) / static_cast<double>(whole)));
}

}  // namespace nightjar
