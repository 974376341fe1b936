#include "engine/remediate/verification.h"

#include <cmath>

#include "base/statistics/improvement_e_process.h"
#include "base/text.h"
#include "engine/remediate/policy.h"
#include "engine/world/slow_requests.h"
#include "model/words.h"

namespace nightjar {
namespace {

// Worse takes the action back by itself, so it is asked as much of as a release before it is rolled back.
constexpr double kImproved = 100, kWorse = 1000;

struct Counts {
  std::uint64_t bad = 0, requests = 0;
};

Counts errors_in(const World& world, const RequestSelector& selector, TimeRange range) {
  const RequestCounts counts = world.history.requests(selector, range);
  return {counts.own_errors, counts.requests};
}

Duration verify_window(const World& world, const Action& action) {
  const PolicyConfig* policy = policy_for(world, action);
  return policy == nullptr ? PolicyConfig{}.verify_window : policy->verify_window;
}

// The windows of the trouble, newest first, in pieces so large that all of them meet a window of the time after within
// `spread`. Newest first because that is what the action found; the order is fixed before anything is counted.
std::vector<Counts> past_pieces(const World& world, TimeRange during, Duration spread,
                                const std::function<Counts(TimeRange)>& count) {
  std::vector<Counts> windows;
  world.history.for_each(during, [&](const WindowRollups& rollups) {
    if (rollups.window.start < during.start || rollups.window.start >= during.end) return;
    if (const Counts counts = count(rollups.window); counts.requests > 0) windows.push_back(counts);
  });
  std::reverse(windows.begin(), windows.end());
  const auto meetings = static_cast<std::size_t>(std::max<std::int64_t>(1, spread.ns / world.config.window.ns));
  const std::size_t per_piece = (windows.size() + meetings - 1) / meetings;
  std::vector<Counts> pieces;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (i % per_piece == 0) pieces.emplace_back();
    pieces.back().bad += windows[i].bad, pieces.back().requests += windows[i].requests;
  }
  return pieces;
}

Verification verify_rollback(const World& world, const Action& action, const Change& change) {
  const Timestamp trouble = change.watch.onset.value_or(change.event.started_at);
  const RequestSelector ill{.service = action.service, .version = change.event.version};
  // What the other versions do now is compared with what the ill one did; while it still serves, nothing is proved.
  const RequestSelector healed{.service = action.service, .not_version = change.event.version};
  const Timestamp end = world.history.end();
  const bool still_served = world.history.requests(ill, {end - world.config.window * 2, end}).requests > 0;
  // Windows that were open while instances were being replaced belong to neither side.
  const TimeRange during{trouble, *action.started_at - world.config.window},
      after{*action.finished_at, world.history.end()};
  const bool slowness = change.watch.measure == "slow requests";
  // The reference ends a window before the release: its first slow requests must not raise the limit.
  const SlowLimits limits =
      slowness ? slow_limits(world.history, action.service,
                             {trouble - minutes(30), std::min(trouble, change.event.started_at) - world.config.window})
               : SlowLimits{};
  const auto count = [&](const RequestSelector& selector, TimeRange range) {
    if (!slowness) return errors_in(world, selector, range);
    const SlowCount slow = count_slow(world.history, limits, selector, range);
    return Counts{slow.slow, slow.requests};
  };
  const std::vector<Counts> past =
      past_pieces(world, during, verify_window(world, action), [&](TimeRange window) { return count(ill, window); });
  Counts before, total;
  for (const Counts& piece : past) before.bad += piece.bad, before.requests += piece.requests;
  ImprovementEProcess process;
  std::size_t pair = 0;
  world.history.for_each(after, [&](const WindowRollups& rollups) {
    if (rollups.window.start < after.start) return;
    const Counts window = count(healed, rollups.window);
    total.bad += window.bad, total.requests += window.requests;
    if (window.requests == 0 || pair == past.size()) return;
    const Counts& piece = past[pair++];
    process.observe({piece.bad, piece.requests, window.bad, window.requests});
  });
  Verification verification;
  verification.e_improved = std::exp(std::min(600.0, process.log_e_improved_max()));
  verification.e_worse = std::exp(std::min(600.0, process.log_e_worse_max()));
  if (verification.e_improved >= kImproved && !still_served) verification.outcome = VerificationOutcome::improved;
  if (verification.e_worse >= kWorse) verification.outcome = VerificationOutcome::worse;
  verification.text =
      fmt::format("{} of {}: {} of {} before, {} of {} after; {} : 1 for an improvement", change.watch.measure,
                  action.service.value, before.bad, before.requests, total.bad, total.requests,
                  verification.e_improved >= 1e6 ? "over a million" : three_digits(verification.e_improved));
  if (still_served) verification.text += fmt::format("; {} still serves", change.event.version);
  return verification;
}

Verification verify_restart(const World& world, const Action& action) {
  const InstanceName instance{action.arguments.at("instance")};
  int windows_served = 0;
  std::uint64_t requests = 0;
  world.history.for_each({*action.finished_at, world.history.end()}, [&](const WindowRollups& rollups) {
    const auto served = errors_in(world, {.service = action.service, .instance = instance}, rollups.window).requests;
    windows_served = served > 0 ? windows_served + 1 : 0;
    requests += served;
  });
  Verification verification;
  if (windows_served >= 3) verification.outcome = VerificationOutcome::improved;
  verification.text = fmt::format("{} has served {} requests since, in {} windows without a gap", instance.value,
                                  requests, windows_served);
  return verification;
}

Verification verify_cleanup(const World& world, const Action& action) {
  const bool still_filling =
      std::any_of(world.judgement.forecasts.begin(), world.judgement.forecasts.end(), [&](const Forecast& forecast) {
        return forecast.kind == ForecastKind::exhaustion && forecast.series.service == action.service;
      });
  Verification verification;
  const bool looked_long_enough = world.now - *action.finished_at >= minutes(1);
  if (!still_filling && looked_long_enough) verification.outcome = VerificationOutcome::improved;
  verification.text = still_filling ? "the forecast still meets its limit" : "the forecast no longer meets its limit";
  return verification;
}

}  // namespace

Verification verify(const World& world, const Action& action) {
  switch (action.kind) {
    case ActionKind::rollback:
      if (const Change* change = action.change ? world.change(*action.change) : nullptr)
        return verify_rollback(world, action, *change);
      return {};
    case ActionKind::restart:
      return verify_restart(world, action);
    case ActionKind::script:
      return verify_cleanup(world, action);
    case ActionKind::scale:
      return {};
  }
  return {};
}

}  // namespace nightjar
