#include "engine/correlate/symptoms.h"

#include <algorithm>
#include <cmath>

#include "base/hash.h"
#include "base/text.h"
#include "model/words.h"

namespace nightjar {
namespace {

std::uint64_t fingerprint_of(SymptomKind kind, const ServiceName& service, std::string_view rest) {
  const std::uint64_t entity = combine_hash(static_cast<std::uint64_t>(kind), stable_hash(service.value, 11));
  return combine_hash(entity, stable_hash(rest, 12));
}

SymptomKind kind_of(const Anomaly& anomaly) {
  if (anomaly.kind == AnomalyKind::silence) return SymptomKind::silence;
  switch (anomaly.series.measure) {
    case Measure::error_ratio:
      return SymptomKind::error_ratio;
    case Measure::p95:
    case Measure::self_time:
      return SymptomKind::latency;
    case Measure::log_lines:
      return SymptomKind::log_pattern;
    case Measure::requests:
    case Measure::calls:
    case Measure::metric:
      return SymptomKind::saturation;
  }
  return SymptomKind::saturation;
}

double strength_of(Grade grade) {
  switch (grade) {
    case Grade::weak:
      return 5.5;
    case Grade::clear:
      return 7;
    case Grade::strong:
      return 10;
  }
  return 0;
}

Symptom of_anomaly(const World& world, const Anomaly& anomaly) {
  Symptom symptom;
  symptom.kind = kind_of(anomaly);
  symptom.service = anomaly.series.service;
  symptom.operation = anomaly.series.operation;
  symptom.instance = anomaly.series.instance;
  symptom.fingerprint =
      fingerprint_of(symptom.kind, symptom.service,
                     anomaly.series.operation + '\n' + anomaly.series.instance.value + '\n' + anomaly.series.name);
  symptom.at = world.now;
  symptom.onset = anomaly.onset;
  symptom.strength = std::max(anomaly.score, strength_of(anomaly.grade));
  symptom.open = anomaly.open;
  symptom.series = anomaly.series;
  symptom.text = anomaly.text;
  return symptom;
}

Symptom of_burn(const World& world, const SloStatus& slo) {
  Symptom symptom;
  symptom.kind = SymptomKind::burn;
  symptom.service = slo.service;
  symptom.fingerprint = fingerprint_of(SymptomKind::burn, slo.service, slo.name);
  symptom.at = symptom.onset = world.now;
  symptom.strength = 8;
  symptom.open = slo.state == SloState::burning;
  symptom.text =
      fmt::format("objective {} spends its error budget {} times too fast", slo.name, three_digits(slo.burn_1h));
  return symptom;
}

Symptom of_forecast(const World& world, const Forecast& forecast) {
  Symptom symptom;
  symptom.kind = SymptomKind::exhaustion;
  symptom.service = forecast.series.service;
  symptom.instance = forecast.series.instance;
  symptom.fingerprint = fingerprint_of(SymptomKind::exhaustion, symptom.service, forecast.series.name);
  symptom.at = world.now;
  symptom.onset = forecast.made_at;
  symptom.strength = 7;
  symptom.series = forecast.series;
  symptom.text = forecast.text;
  return symptom;
}

}  // namespace

std::vector<Symptom> symptoms_of_window(const World& world) {
  std::vector<Symptom> symptoms;
  for (const Anomaly& anomaly : world.judgement.anomalies) symptoms.push_back(of_anomaly(world, anomaly));
  for (const Forecast& forecast : world.judgement.forecasts)
    if (forecast.kind == ForecastKind::exhaustion) symptoms.push_back(of_forecast(world, forecast));
  for (const SloStatus& slo : world.judgement.slos)
    if (slo.state == SloState::burning) symptoms.push_back(of_burn(world, slo));
  return symptoms;
}

std::vector<Symptom> symptoms_of_alerts(const World& world, const std::vector<Alert>& alerts) {
  std::vector<Symptom> symptoms;
  for (const Alert& alert : alerts) {
    Symptom symptom;
    symptom.kind = SymptomKind::alert;
    symptom.service = world.resolve(alert.service);
    symptom.instance = alert.instance;
    symptom.fingerprint = combine_hash(static_cast<std::uint64_t>(SymptomKind::alert), alert.fingerprint);
    symptom.label = std::string(find_attribute(alert.labels, "cluster"));
    symptom.at = world.now;
    symptom.onset = alert.starts_at;
    symptom.strength = 6;
    symptom.open = !alert.ends_at.has_value();
    symptom.text = alert.summary.empty() ? alert.name : fmt::format("{}: {}", alert.name, alert.summary);
    symptom.alert = alert;
    symptoms.push_back(std::move(symptom));
  }
  return symptoms;
}

namespace {

// A release that was taken back does no harm any more, whatever it did: its watch goes on, and would confirm an
// incident every minute.
bool still_serves(const World& world, const ChangeEvent& event) {
  const auto service = world.services.find(event.service);
  if (service == world.services.end()) return false;
  const Timestamp recent = world.history.end() - world.config.window * 3;
  return std::any_of(service->second.instances.begin(), service->second.instances.end(), [&](const auto& entry) {
    return entry.second.version == event.version && entry.second.last >= recent;
  });
}

}  // namespace

std::vector<Symptom> symptoms_of_changes(const World& world) {
  std::vector<Symptom> symptoms;
  for (const ChangeId id : world.touched_changes) {
    const Change& change = world.changes.at(id);
    if (change.watch.verdict != WatchVerdict::harmful) continue;
    Symptom symptom;
    symptom.kind = SymptomKind::harmful_change;
    symptom.service = change.event.service;
    symptom.fingerprint = fingerprint_of(SymptomKind::harmful_change, change.event.service, to_string(id));
    symptom.at = world.now;
    symptom.onset = change.watch.onset.value_or(change.event.started_at);
    symptom.strength = std::log10(std::max(1.0, change.watch.e_value));
    symptom.open = still_serves(world, change.event);
    symptom.change = id;
    symptom.text = change.watch.text;
    symptoms.push_back(std::move(symptom));
  }
  return symptoms;
}

bool opens_incident(const Symptom& symptom) {
  switch (symptom.kind) {
    case SymptomKind::harmful_change:
    case SymptomKind::alert:
    case SymptomKind::burn:
    case SymptomKind::exhaustion:
      return true;
    case SymptomKind::silence:
    case SymptomKind::error_ratio:
      return symptom.strength >= 10;
    case SymptomKind::latency:
    case SymptomKind::saturation:
    case SymptomKind::log_pattern:
      return false;
  }
  return false;
}

}  // namespace nightjar
