#include "engine/diagnose/change_watch.h"

#include <cmath>
#include <numeric>

#include "base/text.h"
#include "engine/diagnose/words.h"
#include "engine/world/slow_requests.h"
#include "model/words.h"

namespace nightjar {
namespace {

constexpr double kHarmfulConcurrent = 1000, kHarmfulBeforeAfter = 10'000, kNoHarm = 100;
constexpr Duration kPreviousPeriod = minutes(30), kWatchAtMost = hours(24), kNoHarmAfter = minutes(15),
                   kWarmUp = seconds(60), kPatienceForControl = minutes(2);
constexpr std::uint64_t kNoHarmRequests = 2000;

double e_of(double log_e) { return std::exp(std::min(log_e, 600.0)); }

// The two streams look at the same requests: an average of e-values is one however dependent they are, a product is
// not.
double average(double log_a, double log_b) { return (e_of(log_a) + e_of(log_b)) / 2; }

// Errors come in bursts; the spread seen before the change says how far to trust a count. Fewer than 12 windows: no
// spread known.
double dispersion_of(const std::vector<std::uint64_t>& errors_per_window) {
  const auto n = static_cast<double>(errors_per_window.size());
  if (n < 12) return 1;
  const auto mean =
      static_cast<double>(std::accumulate(errors_per_window.begin(), errors_per_window.end(), std::uint64_t{0})) / n;
  if (mean <= 0) return 1;
  double squares = 0;
  for (const std::uint64_t errors : errors_per_window)
    squares += (static_cast<double>(errors) - mean) * (static_cast<double>(errors) - mean);
  return std::clamp(squares / (n - 1) / mean, 1.0, 20.0);
}

}  // namespace

ChangeWatches::Watch::Watch(Before frozen)
    : before(std::move(frozen)),
      errors_contrast(ContrastSettings{.phi = before.dispersion}),
      slow_contrast(
          ContrastSettings{.epsilon = 0.5, .phi = 2}),  // slow requests share causes: a lock, a pause of the machine
      errors_excess(before.errors, before.requests, ExcessSettings{.phi = before.dispersion}),
      slow_excess(before.slow, before.requests, ExcessSettings{.floor = 0.02, .phi = 2}) {}

ChangeWatches::Before ChangeWatches::freeze(const World& world, const ServiceName& service, Timestamp until) {
  Before before;
  const TimeRange range{until - kPreviousPeriod, until};
  std::vector<std::uint64_t> errors_per_window;
  world.history.for_each(range, [&](const WindowRollups& rollups) {
    if (rollups.window.start >= until) return;
    std::uint64_t errors = 0;
    for (const RequestRollup& request : rollups.requests) {
      if (request.key.service != service) continue;
      before.requests += request.counts.requests;
      errors += request.counts.own_errors;
    }
    before.errors += errors;
    errors_per_window.push_back(errors);
  });
  before.dispersion = dispersion_of(errors_per_window);
  before.slow_limit_ns = slow_limits(world.history, service, range);
  before.slow = count_slow(world.history, before.slow_limit_ns, {.service = service}, range).slow;
  return before;
}

ChangeWatches::Arms ChangeWatches::count(const Watch& watch, const World& world, const Change& change,
                                         const WindowRollups& rollups) {
  Arms arms;
  const auto& instances = world.services.at(change.event.service).instances;
  // A crowded machine slows everybody: a request is slow when it is slower than that explains. Both arms alike.
  const double all_slower = slowdown(watch.others, rollups);
  for (const RequestRollup& request : rollups.requests) {
    if (request.key.service != change.event.service) continue;
    const bool is_new = request.key.version == change.event.version;
    (is_new ? arms.requests_new : arms.requests_old) += request.counts.requests;
    (is_new ? arms.errors_new : arms.errors_old) += request.counts.own_errors;
    const auto limit = watch.before.slow_limit_ns.find(request.key.operation);
    if (limit == watch.before.slow_limit_ns.end()) continue;
    // A process that has just started is slow whatever its version: its caches are cold.
    const auto instance = instances.find(request.key.instance);
    if (instance != instances.end() && rollups.window.start - instance->second.first < kWarmUp && is_new) continue;
    if (is_new && rollups.window.start - watch.began < kWarmUp) continue;
    (is_new ? arms.timed_new : arms.timed_old) += request.counts.requests;
    (is_new ? arms.slow_new : arms.slow_old) += request.counts.durations.longer_than(
        static_cast<std::int64_t>(static_cast<double>(limit->second) * all_slower));
  }
  return arms;
}

void ChangeWatches::begin(World& world, const Change& change, const WindowRollups& rollups) {
  Watch watch(freeze(world, change.event.service, rollups.window.start));
  watch.began = rollups.window.start;
  const auto related_up = world.graph.upstream(change.event.service);
  const auto related_down = world.graph.downstream(change.event.service);
  std::set<ServiceName> unrelated;
  for (const auto& [name, service] : world.services)
    if (name != change.event.service && !related_up.contains(name) && !related_down.contains(name))
      unrelated.insert(name);
  watch.others = pace_of(world.history, unrelated, {watch.began - kPreviousPeriod, watch.began});
  watches_.emplace(change.id, std::move(watch));
}

void ChangeWatches::observe(World& world, const WindowRollups& rollups) {
  for (auto& [id, change] : world.changes) {
    const bool watched = change.watch.verdict == WatchVerdict::watching ||
                         (change.watch.verdict == WatchVerdict::harmful && !change.event.caused_by);
    if (!watched || change.event.version.empty() || !world.services.contains(change.event.service)) continue;
    const bool serves =
        std::any_of(rollups.requests.begin(), rollups.requests.end(), [&](const RequestRollup& request) {
          return request.key.service == change.event.service && request.key.version == change.event.version;
        });
    auto watch = watches_.find(id);
    if (watch == watches_.end()) {
      if (!serves || rollups.window.end <= change.event.started_at) continue;
      begin(world, change, rollups);
      watch = watches_.find(id);
    }
    advance(world, change, watch->second, rollups);
  }
  std::erase_if(watches_, [&](const auto& entry) { return world.now - entry.second.began > kWatchAtMost; });
}

void ChangeWatches::advance(World& world, Change& change, Watch& watch, const WindowRollups& rollups) {
  const Arms arms = count(watch, world, change, rollups);
  const double since = std::max(0.0, (rollups.window.start - watch.began).seconds());
  watch.errors_contrast.observe({arms.errors_new, arms.requests_new, arms.errors_old, arms.requests_old, since});
  watch.slow_contrast.observe({arms.slow_new, arms.timed_new, arms.slow_old, arms.timed_old, since});
  if (arms.requests_new > 0) watch.errors_excess.observe({arms.errors_new, arms.requests_new, since});
  if (arms.timed_new > 0) watch.slow_excess.observe({arms.slow_new, arms.timed_new, since});
  watch.concurrent = std::max(watch.concurrent, average(watch.errors_contrast.log_e(), watch.slow_contrast.log_e()));
  watch.before_after = std::max(watch.before_after, average(watch.errors_excess.log_e(), watch.slow_excess.log_e()));
  if (arms.requests_new > 0 && arms.requests_old > 0) watch.control_seen = rollups.window.start;
  if (watch.before_after >= kHarmfulBeforeAfter && !watch.surpassed_past_at) watch.surpassed_past_at = world.now;
  watch.total.requests_new += arms.requests_new, watch.total.errors_new += arms.errors_new;
  watch.total.requests_old += arms.requests_old, watch.total.errors_old += arms.errors_old;
  watch.total.timed_new += arms.timed_new, watch.total.slow_new += arms.slow_new;
  watch.total.timed_old += arms.timed_old, watch.total.slow_old += arms.slow_old;
  judge(world, change, watch, rollups);
}

void ChangeWatches::judge(World& world, Change& change, const Watch& watch, const WindowRollups& rollups) {
  ChangeWatch& told = change.watch;
  const ChangeWatch previous = told;
  const bool had_control = watch.total.requests_old > 0 && watch.total.requests_new > 0;
  const bool past_waits = rollups.window.start - watch.control_seen < minutes(1) &&
                          (!watch.surpassed_past_at || world.now - *watch.surpassed_past_at < kPatienceForControl);
  // The control speaks once it is sure, and while the past waits for it: it is the stronger design. Else the design
  // that is nearer its own bar.
  const bool by_control =
      had_control && (past_waits || watch.concurrent >= kHarmfulConcurrent ||
                      watch.concurrent / kHarmfulConcurrent >= watch.before_after / kHarmfulBeforeAfter);
  told.design = by_control ? WatchDesign::concurrent_control : WatchDesign::before_after;
  told.e_value = by_control ? watch.concurrent : watch.before_after;
  told.e_value_no_harm =
      had_control ? e_of(watch.errors_contrast.log_e_no_harm_max()) : e_of(watch.errors_excess.log_e_no_harm_max());
  const double log_errors = by_control ? watch.errors_contrast.log_e_max() : watch.errors_excess.log_e_max();
  const double log_slow = by_control ? watch.slow_contrast.log_e_max() : watch.slow_excess.log_e_max();
  const bool slowness = log_slow > log_errors;
  told.measure = slowness ? "slow requests" : "errors";
  told.requests_new = slowness ? watch.total.timed_new : watch.total.requests_new;
  told.errors_new = slowness ? watch.total.slow_new : watch.total.errors_new;
  told.requests_old =
      by_control ? (slowness ? watch.total.timed_old : watch.total.requests_old) : watch.before.requests;
  told.errors_old = by_control ? (slowness ? watch.total.slow_old : watch.total.errors_old)
                               : (slowness ? watch.before.slow : watch.before.errors);
  told.text = fmt::format("{} {}; {} against no harm", name_of(change), conduct(told), odds(told.e_value));
  if (told.verdict == WatchVerdict::watching &&
      told.e_value >= (by_control ? kHarmfulConcurrent : kHarmfulBeforeAfter)) {
    told.verdict = WatchVerdict::harmful;
    told.decided_at = world.now;
    const double onset = by_control
                             ? (slowness ? watch.slow_contrast.onset_seconds() : watch.errors_contrast.onset_seconds())
                             : (slowness ? watch.slow_excess.onset_seconds() : watch.errors_excess.onset_seconds());
    told.onset = watch.began + milliseconds(static_cast<std::int64_t>(onset * 1000));
  } else if (told.verdict == WatchVerdict::watching && told.e_value_no_harm >= kNoHarm &&
             world.now - watch.began >= kNoHarmAfter && told.requests_new >= kNoHarmRequests) {
    told.verdict = WatchVerdict::no_harm;
    told.decided_at = world.now;
  } else if (told.verdict == WatchVerdict::watching && world.now - watch.began >= kWatchAtMost) {
    told.verdict = WatchVerdict::inconclusive;
    told.decided_at = world.now;
  }
  // Saved when the verdict changes, and each minute so that people can watch it grow.
  const bool minute_over = rollups.window.start.ns % minutes(1).ns == 0;
  if (told.verdict != previous.verdict || minute_over ||
      (told.verdict == WatchVerdict::watching && told.e_value > 2 * previous.e_value + 5))
    world.touched_changes.insert(change.id);
}

}  // namespace nightjar
