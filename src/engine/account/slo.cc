#include "engine/account/slo.h"

#include "base/statistics/wilson.h"

namespace nightjar {
namespace {

constexpr double kPageBurn = 14.4;  // 2 % of a 30 day budget in an hour
constexpr double kOneSided99 = 2.326;
constexpr std::uint64_t kEnoughRequests = 100;

struct Sum {
  std::uint64_t requests = 0, errors = 0;
};

// The burn that is certain at 99 %, not the one that was seen.
double certain_burn(const Sum& sum, double budget) {
  return wilson_interval(static_cast<double>(sum.errors), static_cast<double>(sum.requests), kOneSided99).low / budget;
}

}  // namespace

std::vector<SloStatus> ErrorBudgets::close_window(const World& world, const WindowRollups& rollups) {
  std::vector<SloStatus> statuses;
  for (const SloConfig& slo : world.config.slos) {
    Ledger& ledger = ledgers_[slo.name];
    const Timestamp minute{rollups.window.start.ns - rollups.window.start.ns % minutes(1).ns};
    if (!ledger.since) ledger.since = minute;
    if (ledger.minutes.empty() || ledger.minutes.back().start != minute) ledger.minutes.push_back({minute, 0, 0});
    const ServiceName service = world.resolve(slo.service);
    for (const RequestRollup& request : rollups.requests) {
      if (request.key.service != service) continue;
      ledger.minutes.back().requests += request.counts.requests, ledger.minutes.back().errors += request.counts.errors;
      ledger.requests += request.counts.requests, ledger.errors += request.counts.errors;
    }
    while (ledger.minutes.front().start + hours(1) <= minute) ledger.minutes.pop_front();

    Sum hour, five_minutes;
    for (const Minute& counted : ledger.minutes) {
      hour.requests += counted.requests, hour.errors += counted.errors;
      if (counted.start + minutes(5) > minute)
        five_minutes.requests += counted.requests, five_minutes.errors += counted.errors;
    }
    const double budget = 1 - slo.objective;
    SloStatus status{slo.name, service, slo.objective};
    if (hour.requests >= kEnoughRequests) {
      status.burn_1h = static_cast<double>(hour.errors) / static_cast<double>(hour.requests) / budget;
      status.budget_left = 1 - static_cast<double>(ledger.errors) / (static_cast<double>(ledger.requests) * budget) *
                                   std::min(1.0, (minute - ledger.since).seconds() / slo.window.seconds() + 1e-9);
      // An hour must have been seen whole before its burn may wake anybody.
      const bool whole = minute - ledger.since >= hours(1);
      const bool burns = certain_burn(hour, budget) > kPageBurn && certain_burn(five_minutes, budget) > kPageBurn;
      status.state = status.budget_left <= 0 ? SloState::exhausted : whole && burns ? SloState::burning : SloState::ok;
    }
    statuses.push_back(std::move(status));
  }
  return statuses;
}

}  // namespace nightjar
