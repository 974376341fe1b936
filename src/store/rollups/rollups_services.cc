// What services did, and what is newest about them.
#include <rocksdb/db.h>

#include "base/text.h"
#include "store/bytes/bytes.h"
#include "store/bytes/rocks.h"
#include "store/rollups/rollup_values.h"
#include "store/rollups/rollups_sweep.h"

namespace nightjar {
namespace {

// Longer ranges are read from the coarse tier: minutes at the edges do not matter there.
constexpr Duration kFineAtMost = hours(2);
Duration step_for(TimeRange range) {
  return range.end - std::max(range.start, Timestamp{0}) > kFineAtMost ? kCoarse : seconds(1);
}

void see_instance(ServiceActivity& activity, const RequestRollup& one, Timestamp end) {
  InstanceActivity& instance = activity.instances[one.key.instance];
  if (one.counts.requests > 0 && end >= instance.last_seen) {
    instance.last_seen = end;
    instance.version = one.key.version;
  }
}

// Adding up sketches is what costs; lists do without.
void add_numbers(RequestCounts& sum, const RequestCounts& one) {
  sum.requests += one.requests;
  sum.errors += one.errors;
  sum.own_errors += one.own_errors;
  sum.duration_ns += one.duration_ns;
  sum.self_time_ns += one.self_time_ns;
}

}  // namespace

// End of the last window with a request, whichever tier still knows it.
Timestamp Rollups::last_seen(const std::string& service) const {
  for (const Tier tier : {Tier::fine, Tier::coarse}) {
    const auto at = iterate();
    const std::string prefix = rollup_prefix(tier, Kind::total, service);
    at->SeekForPrev(after_prefix(prefix));
    if (at->Valid() && !at->key().starts_with(prefix)) at->Prev();
    if (!at->Valid() || !at->key().starts_with(prefix) || service_of_key(to_view(at->key())) != service) continue;
    const Timestamp start = start_of_key(to_view(at->key()));
    return start + (tier == Tier::coarse ? kCoarse : Duration{last_length_});
  }
  return {};
}

absl::StatusOr<ServiceActivity> Rollups::service(const ServiceName& service, TimeRange range) const {
  const auto how = plan(range, step_for(range));
  if (!how.ok()) return how.status();
  ServiceActivity activity;
  activity.last_seen = last_seen(service.value);
  if (!activity.last_seen) return not_found("no request of a service \"{}\" was seen", cut(service.value, 100));
  absl::Status status = add_total(service.value, *how, activity.counts);
  if (status.ok())
    status =
        read_lists<RequestRollup>(Kind::requests, service.value, *how, [&](const RequestRollup& one, TimeRange window) {
          activity.operations[one.key.operation].add(one.counts);
          activity.versions[one.key.version].add(one.counts);
          activity.instances[one.key.instance].counts.add(one.counts);
          see_instance(activity, one, window.end);
        });
  if (!status.ok()) return status;
  return activity;
}

absl::StatusOr<std::map<ServiceName, ServiceActivity>> Rollups::services(TimeRange range) const {
  const auto how = plan(range, step_for(range));
  if (!how.ok()) return how.status();
  std::map<ServiceName, ServiceActivity> services;
  for (const Tier tier : {Tier::fine, Tier::coarse})
    for (std::string& name : services_with(tier, Kind::total)) services[{std::move(name)}];
  for (auto& [name, activity] : services) {
    activity.last_seen = last_seen(name.value);
    absl::Status status = add_total(name.value, *how, activity.counts);
    if (status.ok())
      status = read_lists<RequestRollup>(Kind::requests, name.value, *how,
                                         [&activity = activity](const RequestRollup& one, TimeRange window) {
                                           add_numbers(activity.versions[one.key.version], one.counts);
                                           add_numbers(activity.instances[one.key.instance].counts, one.counts);
                                           see_instance(activity, one, window.end);
                                         });
    if (!status.ok()) return status;
  }
  return services;
}

absl::Status Rollups::add_total(const std::string& service, const Plan& plan, RequestCounts& total) const {
  return read(Kind::total, service, plan, [&](const Found& found) {
    RequestCounts counts;
    if (!decode_counts(found.bytes, counts)) return false;
    total.add(counts);
    return true;
  });
}

absl::StatusOr<RequestCounts> Rollups::total(const ServiceName& service, TimeRange range) const {
  const auto how = plan(range, step_for(range));
  if (!how.ok()) return how.status();
  RequestCounts total;
  if (absl::Status status = add_total(service.value, *how, total); !status.ok()) return status;
  return total;
}

absl::StatusOr<Duration> Rollups::observed(TimeRange range) const {
  const auto how = plan(range, step_for(range));
  if (!how.ok()) return how.status();
  Duration observed;
  absl::Status status = read(Kind::window, "", *how, [&](const Found& found) {
    observed.ns += static_cast<std::int64_t>(ByteReader(found.bytes).varint());
    return true;
  });
  if (!status.ok()) return status;
  return observed;
}

absl::StatusOr<std::map<DependencyKey, DependencyCounts>> Rollups::dependencies(TimeRange range) const {
  const auto how = plan(range, step_for(range));
  if (!how.ok()) return how.status();
  std::set<std::string> callers;
  for (const Tier tier : {Tier::fine, Tier::coarse})
    for (std::string& name : services_with(tier, Kind::dependencies)) callers.insert(std::move(name));
  std::map<DependencyKey, DependencyCounts> dependencies;
  for (const std::string& caller : callers) {
    absl::Status status = read_lists<DependencyRollup>(
        Kind::dependencies, caller, *how,
        [&](const DependencyRollup& one, TimeRange) { dependencies[one.key].add(one.counts); });
    if (!status.ok()) return status;
  }
  return dependencies;
}

absl::StatusOr<std::map<DependencyKey, DependencyCounts>> Rollups::dependencies_of(const ServiceName& service,
                                                                                   TimeRange range) const {
  auto all = dependencies(range);
  if (!all.ok()) return all.status();
  std::erase_if(*all, [&](const auto& one) { return one.first.caller != service && one.first.callee != service; });
  return all;
}

absl::StatusOr<std::vector<StatementActivity>> Rollups::statements(const ServiceName& service, TimeRange range) const {
  const auto how = plan(range, step_for(range));
  if (!how.ok()) return how.status();
  // Versions together: which brought the statement is told by first_version.
  std::map<std::tuple<std::string, ServiceName, StatementId>, StatementCounts> sums;
  absl::Status status =
      read_lists<StatementRollup>(Kind::statements, service.value, *how, [&](const StatementRollup& one, TimeRange) {
        sums[{one.key.endpoint, one.key.database, one.key.statement}].add(one.counts);
      });
  if (!status.ok()) return status;
  std::vector<StatementActivity> statements;
  for (const auto& [key, counts] : sums) {
    StatementActivity& one = statements.emplace_back();
    std::tie(one.endpoint, one.database, one.statement) = key;
    one.counts = counts;
    std::string bytes;
    FirstSeen seen;
    if (db_->Get(rocksdb::ReadOptions(), newest_key(Kind::statement_text, service.value, one.statement.value), &bytes)
            .ok() &&
        decode(bytes, seen)) {
      one.counts.text = seen.text, one.counts.table = seen.detail;
      one.first_seen = seen.at, one.first_version = seen.version;
    }
  }
  std::stable_sort(statements.begin(), statements.end(),
                   [](const auto& a, const auto& b) { return a.counts.duration_ns > b.counts.duration_ns; });
  return statements;
}

absl::StatusOr<std::vector<PatternActivity>> Rollups::patterns(const ServiceName& service, TimeRange range) const {
  const auto how = plan(range, step_for(range));
  if (!how.ok()) return how.status();
  std::map<PatternId, PatternCounts> sums;
  absl::Status status =
      read_lists<PatternRollup>(Kind::patterns, service.value, *how,
                                [&](const PatternRollup& one, TimeRange) { sums[one.key.pattern].add(one.counts); });
  if (!status.ok()) return status;
  std::vector<PatternActivity> patterns;
  for (const auto& [pattern, counts] : sums) {
    PatternActivity& one = patterns.emplace_back();
    one.pattern = pattern, one.counts = counts;
    std::string bytes;
    FirstSeen seen;
    if (db_->Get(rocksdb::ReadOptions(), newest_key(Kind::pattern_text, service.value, pattern.value), &bytes).ok() &&
        decode(bytes, seen)) {
      one.counts.text = seen.text, one.counts.example = seen.detail;
      one.first_seen = seen.at, one.first_version = seen.version;
    }
  }
  std::stable_sort(patterns.begin(), patterns.end(),
                   [](const auto& a, const auto& b) { return a.counts.lines > b.counts.lines; });
  return patterns;
}

absl::StatusOr<std::vector<Anomaly>> Rollups::anomalies(const ServiceName& service, TimeRange range) const {
  std::vector<Anomaly> anomalies;
  absl::Status status = sweep(Tier::coarse, Kind::anomalies, service.value, range,
                              [&](const Found& found) { return decode_list(found.bytes, found.service, anomalies); });
  if (!status.ok()) return status;
  return anomalies;
}

absl::StatusOr<std::map<Measure, Expectation>> Rollups::expected_now(const ServiceName& service) const {
  std::map<Measure, Expectation> expected;
  const auto at = iterate();
  const std::string prefix = rollup_prefix(Tier::fine, Kind::expected, service.value);
  at->SeekForPrev(after_prefix(prefix));
  if (at->Valid() && !at->key().starts_with(prefix)) at->Prev();
  if (!at->status().ok()) return rocks_failure("rollups", path_, "read", at->status());
  if (!at->Valid() || !at->key().starts_with(prefix)) return expected;
  std::vector<ExpectedValue> list;
  if (!decode_list(to_view(at->value()), service, list)) ++damaged_;
  for (const ExpectedValue& one : list)
    if (one.series.operation.empty() && one.series.instance.empty() && one.series.name.empty())
      expected[one.series.measure] = one.expected;
  return expected;
}

absl::StatusOr<std::vector<Forecast>> Rollups::forecasts(Timestamp since) const {
  std::vector<Forecast> forecasts;
  absl::Status status = newest(Kind::forecast, [&](const Found& found) {
    Forecast forecast;
    if (!decode(found.bytes, forecast)) return false;
    if (forecast.made_at >= since) forecasts.push_back(std::move(forecast));
    return true;
  });
  if (!status.ok()) return status;
  std::stable_sort(forecasts.begin(), forecasts.end(), [](const auto& a, const auto& b) { return a.eta < b.eta; });
  return forecasts;
}

absl::StatusOr<std::vector<SloStatus>> Rollups::slos() const {
  std::vector<SloStatus> slos;
  absl::Status status = newest(Kind::slo, [&](const Found& found) { return decode(found.bytes, slos.emplace_back()); });
  if (!status.ok()) return status;
  std::sort(slos.begin(), slos.end(),
            [](const auto& a, const auto& b) { return std::tie(a.service, a.name) < std::tie(b.service, b.name); });
  return slos;
}

absl::StatusOr<std::map<ServiceName, DataQuality>> Rollups::data_quality() const {
  std::map<ServiceName, DataQuality> qualities;
  absl::Status status =
      newest(Kind::data_quality, [&](const Found& found) { return decode(found.bytes, qualities[found.service]); });
  if (!status.ok()) return status;
  return qualities;
}

}  // namespace nightjar
