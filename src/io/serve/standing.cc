#include "io/serve/standing.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/json/api_json.h"

namespace nightjar {
namespace {

constexpr Duration kRecent = minutes(5);
constexpr std::uint32_t kLearnt = 6;  // points; below it nothing is expected (model/anomaly.h)

bool has_learnt(const std::map<Measure, Expectation>& expected) {
  for (const auto& [measure, expectation] : expected) {
    if (expectation.points >= kLearnt) return true;
  }
  return false;
}

nlohmann::json expected_high(const std::map<Measure, Expectation>& expected, Measure measure) {
  const auto found = expected.find(measure);
  return found == expected.end() || found->second.points < kLearnt ? nlohmann::json() : api_number(found->second.high);
}

// The one that is nearest to its end.
nlohmann::json budget_left(const Standings& standings, const ServiceName& service) {
  nlohmann::json least;
  for (const SloStatus& slo : standings.slos) {
    if (slo.service != service || slo.state == SloState::not_enough_data) continue;
    if (least.is_null() || slo.budget_left < least.get<double>()) least = slo.budget_left;
  }
  return least;
}

}  // namespace

std::string_view word(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::degraded:
      return "degraded";
    case Health::ill:
      return "ill";
    case Health::silent:
      return "silent";
    case Health::learning:
      return "learning";
  }
  return "";
}

absl::StatusOr<Standings> read_standings(const ApiSources& sources) {
  Standings standings;
  const Timestamp now = sources.clock.now();
  const Timestamp last_end = sources.rollups.last_window_end();
  const Timestamp end = last_end ? std::min(last_end, now) : now;
  standings.recent = {end - kRecent, end};
  auto observed = sources.rollups.observed(standings.recent);
  if (!observed.ok()) return observed.status();
  standings.observed = std::max(*observed, seconds(1));

  auto services = sources.rollups.services(standings.recent);
  if (!services.ok()) return services.status();
  standings.services = *std::move(services);
  auto last_changes = sources.records.last_changes();
  if (!last_changes.ok()) return last_changes.status();
  standings.last_changes = *std::move(last_changes);
  auto quality = sources.rollups.data_quality();
  if (!quality.ok()) return quality.status();
  standings.data_quality = *std::move(quality);
  auto slos = sources.rollups.slos();
  if (!slos.ok()) return slos.status();
  standings.slos = *std::move(slos);

  // Open at this instant, whenever they began.
  auto incidents = sources.records.incidents({now - seconds(1), now + seconds(1)}, 100);
  if (!incidents.ok()) return incidents.status();
  for (Incident& incident : *incidents) {
    if (incident.state == IncidentState::resolved) continue;
    if (incident.state == IncidentState::open && !incident.service.empty()) standings.ill.insert(incident.service);
    for (const Symptom& symptom : incident.symptoms) {
      if (symptom.open && !symptom.service.empty()) standings.degraded.insert(symptom.service);
    }
    standings.open.push_back(std::move(incident));
  }
  return standings;
}

Health health_of(const Standings& standings, const ServiceName& service,
                 const std::map<Measure, Expectation>& expected) {
  if (standings.ill.contains(service)) return Health::ill;
  if (standings.degraded.contains(service)) return Health::degraded;
  const auto activity = standings.services.find(service);
  if (activity != standings.services.end() && activity->second.last_seen < standings.recent.start)
    return Health::silent;
  return has_learnt(expected) ? Health::ok : Health::learning;
}

nlohmann::json service_fields(const ApiSources& sources, const Standings& standings, const ServiceName& service,
                              const std::map<Measure, Expectation>& expected) {
  static const ServiceActivity nothing;
  const auto found = standings.services.find(service);
  const ServiceActivity& activity = found == standings.services.end() ? nothing : found->second;
  std::string owner;
  double tier = 0.5;
  for (const ServiceConfig& known : sources.config.services) {
    if (known.service != service) continue;
    owner = known.owner;
    tier = known.tier;
  }
  nlohmann::json versions = nlohmann::json::array();
  for (const auto& [version, counts] : activity.versions) {
    if (!version.empty() && counts.requests > 0) versions.push_back(version);
  }
  const auto change = standings.last_changes.find(service);
  const auto quality = standings.data_quality.find(service);
  return {{"name", service.value},
          {"owner", api_text(owner)},
          {"tier", tier},
          {"health", word(health_of(standings, service, expected))},
          {"requests_per_second", per_second(activity.counts.requests, standings.observed)},
          {"error_ratio", api_ratio(activity.counts.errors, activity.counts.requests)},
          {"p95_ms", api_p95_ms(activity.counts.durations)},
          {"expected",
           {{"error_ratio_high", expected_high(expected, Measure::error_ratio)},
            {"p95_ms_high", expected_high(expected, Measure::p95)}}},
          {"slo_budget_left", budget_left(standings, service)},
          {"last_change", change == standings.last_changes.end() ? nlohmann::json() : api_last_change(change->second)},
          {"data_quality", quality == standings.data_quality.end() ? 1.0 : quality->second.score},
          {"instances", activity.instances.size()},
          {"versions", versions},
          {"last_seen_at", api_time(activity.last_seen)}};
}

}  // namespace nightjar
