#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/serve/views.h"
#include "wire/json/api_json.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kVersionsDrawn = 4;
constexpr Duration kSilentAfter = seconds(60);

Json chart_json(const Chart& chart, std::string_view measure, const std::string& version) {
  Json points = Json::array(), expected = Json::array();
  for (const ChartPoint& point : chart.points) {
    points.push_back({point.at.ns / 1'000'000, point.value ? api_number(*point.value) : Json()});
  }
  for (const ChartBand& band : chart.expected)
    expected.push_back({band.at.ns / 1'000'000, api_number(band.low), api_number(band.high)});
  return {{"measure", measure}, {"version", api_text(version)}, {"points", points}, {"expected", expected}};
}

absl::Status add_charts(const ApiSources& sources, const ServiceName& service, const std::string& version,
                        TimeRange range, std::initializer_list<ChartMeasure> measures, Json& series) {
  for (ChartMeasure measure : measures) {
    ChartQuery query;
    query.service = service;
    query.version = version;
    query.measure = measure;
    query.range = range;
    auto chart = sources.rollups.chart(query);
    if (!chart.ok()) return chart.status();
    series.push_back(chart_json(*chart, word(measure), version));
  }
  return absl::OkStatus();
}

// The whole service, then each of its versions when there were several: a bad release is seen beside the good one.
absl::StatusOr<Json> series_of(const ApiSources& sources, const ServiceName& service, const ServiceActivity& activity,
                               TimeRange range) {
  Json series = Json::array();
  absl::Status status = add_charts(
      sources, service, "", range,
      {ChartMeasure::requests, ChartMeasure::errors, ChartMeasure::error_ratio, ChartMeasure::p95_ms}, series);
  if (!status.ok()) return status;
  std::vector<std::pair<std::uint64_t, std::string>> versions;
  for (const auto& [version, counts] : activity.versions) {
    if (!version.empty() && counts.requests > 0) versions.emplace_back(counts.requests, version);
  }
  if (versions.size() < 2) return series;
  std::sort(versions.rbegin(), versions.rend());
  if (versions.size() > kVersionsDrawn) versions.resize(kVersionsDrawn);
  for (const auto& [requests, version] : versions) {
    status = add_charts(sources, service, version, range,
                        {ChartMeasure::requests, ChartMeasure::error_ratio, ChartMeasure::p95_ms}, series);
    if (!status.ok()) return status;
  }
  return series;
}

Json instances_of(const ServiceActivity& activity, const Standings& standings) {
  Json list = Json::array();
  for (const auto& [instance, seen] : activity.instances) {
    const bool silent = seen.last_seen + kSilentAfter < standings.recent.end;
    list.push_back({{"instance", instance.value},
                    {"version", seen.version},
                    {"requests_per_second", per_second(seen.counts.requests, standings.observed)},
                    {"error_ratio", api_ratio(seen.counts.errors, seen.counts.requests)},
                    {"p95_ms", api_p95_ms(seen.counts.durations)},
                    {"last_seen_at", to_rfc3339(seen.last_seen)},
                    {"state", silent ? "silent" : "up"}});
  }
  return list;
}

Json operations_of(const ServiceActivity& activity, Duration observed) {
  std::vector<std::pair<std::string, const RequestCounts*>> operations;
  for (const auto& [operation, counts] : activity.operations) {
    if (counts.requests > 0) operations.emplace_back(operation, &counts);
  }
  std::stable_sort(operations.begin(), operations.end(),
                   [](const auto& a, const auto& b) { return a.second->requests > b.second->requests; });
  if (operations.size() > 200) operations.resize(200);
  Json list = Json::array();
  for (const auto& [operation, counts] : operations) {
    list.push_back(
        {{"operation", operation},
         {"requests_per_second", per_second(counts->requests, observed)},
         {"error_ratio", api_ratio(counts->errors, counts->requests)},
         {"p95_ms", api_p95_ms(counts->durations)},
         {"self_ms", static_cast<double>(counts->self_time_ns) * 1e-6 / static_cast<double>(counts->requests)}});
  }
  return list;
}

Json statements_of(const std::vector<StatementActivity>& statements, const ServiceName& service, Duration observed) {
  Json list = Json::array();
  for (const StatementActivity& one : statements) {
    if (one.counts.calls == 0 || list.size() == 100) continue;
    list.push_back(
        {{"fingerprint", api_fingerprint(one.statement)},
         {"text", one.counts.text},
         {"table", one.counts.table},
         {"database", one.database.value},
         {"endpoint", one.endpoint.empty() ? std::string() : service.value + " " + one.endpoint},
         {"calls_per_second", per_second(one.counts.calls, observed)},
         {"mean_ms", static_cast<double>(one.counts.duration_ns) * 1e-6 / static_cast<double>(one.counts.calls)},
         {"first_seen_at", to_rfc3339(one.first_seen)},
         {"first_version", api_text(one.first_version)}});
  }
  return list;
}

// OpenTelemetry's severity numbers: four to a name.
std::string_view severity_word(int severity) {
  static constexpr std::string_view words[] = {"unknown", "trace", "debug", "info", "warn", "error", "fatal"};
  if (severity <= 0 || severity > 24) return words[0];
  return words[1 + (severity - 1) / 4];
}

Json patterns_of(const std::vector<PatternActivity>& patterns) {
  Json list = Json::array();
  for (const PatternActivity& one : patterns) {
    if (list.size() == 100) break;
    list.push_back({{"id", to_string(one.pattern)},
                    {"text", one.counts.text},
                    {"severity", severity_word(one.counts.severity)},
                    {"count", one.counts.lines},
                    {"first_seen_at", to_rfc3339(one.first_seen)}});
  }
  return list;
}

}  // namespace

absl::StatusOr<Json> view_services(const ApiSources& sources) {
  auto standings = read_standings(sources);
  if (!standings.ok()) return standings.status();
  Json list = Json::array();
  for (const auto& [service, activity] : standings->services) {
    auto expected = sources.rollups.expected_now(service);
    if (!expected.ok()) return expected.status();
    list.push_back(service_fields(sources, *standings, service, *expected));
  }
  return Json{{"services", list}};
}

absl::StatusOr<Json> view_service(const ApiSources& sources, const ServiceName& service, TimeRange range) {
  auto activity = sources.rollups.service(service, range);
  if (!activity.ok()) return activity.status();
  auto standings = read_standings(sources);
  auto observed = sources.rollups.observed(range);
  auto expected = sources.rollups.expected_now(service);
  auto recent = sources.rollups.service(service, standings.ok() ? standings->recent : range);
  auto series = series_of(sources, service, *activity, range);
  auto statements = sources.rollups.statements(service, range);
  auto patterns = sources.rollups.patterns(service, range);
  auto dependencies = sources.rollups.dependencies_of(service, range);
  auto changes = sources.records.changes_of(service, range, 200);
  auto incidents = sources.records.incidents_of(service, range, 200);
  auto forecasts = sources.rollups.forecasts(sources.clock.now() - hours(2));
  for (const absl::Status& status :
       {standings.status(), observed.status(), expected.status(), recent.status(), series.status(), statements.status(),
        patterns.status(), dependencies.status(), changes.status(), incidents.status(), forecasts.status()}) {
    if (!status.ok()) return status;
  }
  const Duration over = std::max(*observed, seconds(1));
  Json json = service_fields(sources, *standings, service, *expected);
  json["series"] = *std::move(series);
  json["instances"] = instances_of(*recent, *standings);
  json["operations"] = operations_of(*activity, over);
  json["statements"] = statements_of(*statements, service, over);
  json["log_patterns"] = patterns_of(*patterns);
  for (const char* name : {"dependencies", "changes", "incidents", "forecasts", "slos"}) json[name] = Json::array();
  for (const auto& [key, counts] : *dependencies) json["dependencies"].push_back(api_dependency(key, counts, over));
  for (const Change& change : *changes) json["changes"].push_back(api_change(change));
  for (const Incident& incident : *incidents) json["incidents"].push_back(api_incident_summary(incident));
  for (const Forecast& forecast : *forecasts) {
    if (forecast.series.service == service && forecast.eta > sources.clock.now())
      json["forecasts"].push_back(api_forecast(forecast));
  }
  for (const SloStatus& slo : standings->slos) {
    if (slo.service == service) json["slos"].push_back(api_slo(slo));
  }
  return json;
}

}  // namespace nightjar
