#include "engine/correlate/correlator.h"

#include <cmath>

#include "base/text.h"
#include "engine/correlate/alert_severity.h"
#include "engine/correlate/symptoms.h"
#include "model/words.h"

namespace nightjar {
namespace {

bool takes_symptoms(const Incident& incident) { return incident.state != IncidentState::resolved; }

TimelineKind timeline_kind(const Symptom& symptom) {
  return symptom.kind == SymptomKind::alert ? TimelineKind::alert : TimelineKind::anomaly;
}

Severity severity_of(const Symptom& symptom) {
  if (!symptom.alert) return symptom.kind == SymptomKind::exhaustion ? Severity::warning : Severity::high;
  return severity_said(symptom.alert->severity);
}

// Trouble that comes back is the same incident, and has to stay away twice as long each time before it counts as over:
// an alert that flaps is told once.
Duration hold_off(int returns) { return minutes(std::min(60, 2 << std::min(returns, 5))); }

}  // namespace

void Correlator::take(World& world, std::vector<Symptom> symptoms) {
  for (Symptom& symptom : symptoms) {
    if (update_known(world, symptom) || !symptom.open) continue;
    if (Incident* incident = best_incident(world, symptom)) {
      attach(world, *incident, std::move(symptom));
    } else if (opens_incident(symptom)) {
      open(world, std::move(symptom));
    } else {
      std::erase_if(waiting_, [&](const Symptom& known) { return known.fingerprint == symptom.fingerprint; });
      waiting_.push_back(std::move(symptom));
    }
  }
  std::erase_if(waiting_, [&](const Symptom& known) { return known.at + waiting_time < world.now; });
  if (waiting_.size() > waiting_cap) waiting_.erase(waiting_.begin(), waiting_.end() - waiting_cap);
}

bool Correlator::update_known(World& world, const Symptom& symptom) {
  for (auto& [id, incident] : world.incidents) {
    if (!takes_symptoms(incident)) continue;
    for (Symptom& known : incident.symptoms) {
      if (known.fingerprint != symptom.fingerprint) continue;
      const bool ended = known.open && !symptom.open;
      const bool again = !known.open && symptom.open;
      known.open = symptom.open;
      known.strength = std::max(known.strength, symptom.strength);
      if (symptom.open) known.text = symptom.text, confirm(world, id);
      // An end may say no more than which alert is over (PagerDuty's resolve): what it was, its beginning has said.
      if (symptom.alert && (symptom.open || !known.alert)) known.alert = symptom.alert;
      if (symptom.alert) known.alert->ends_at = symptom.alert->ends_at;
      if (ended) world.note(id, timeline_kind(symptom), fmt::format("over: {}", known.text));
      if (again) world.note(id, timeline_kind(symptom), fmt::format("again: {}", symptom.text));
      world.touched_incidents.insert(id);
      return true;
    }
  }
  return false;
}

Incident* Correlator::best_incident(World& world, Symptom& symptom) {
  Incident* best = nullptr;
  JoinScore best_score;
  for (auto& [id, incident] : world.incidents) {  // id order: ties go to the older one
    if (!takes_symptoms(incident)) continue;
    JoinScore score = score_join(world, incident, activity_[id], symptom, settings_);
    if (score.total < 0 || (best != nullptr && score.total <= best_score.total)) continue;
    best = &incident;
    best_score = std::move(score);
  }
  if (best != nullptr) symptom.joined = std::move(best_score.reasons);
  return best;
}

void Correlator::open(World& world, Symptom symptom) {
  Incident incident;
  incident.id = world.ids.next<IncidentId>();
  incident.service = symptom.service;
  incident.onset = symptom.onset;
  incident.opened_at = incident.updated_at = world.now;
  incident.severity = severity_of(symptom);
  const bool named = symptom.service.empty() || symptom.text.starts_with(symptom.service.value);
  incident.title = cut(named ? symptom.text : fmt::format("{}: {}", symptom.service.value, symptom.text), 140);
  incident.sentence = cut(symptom.text, 300);  // until diagnose has looked
  symptom.joined = {{JoinTerm::opened, 0, "opened this incident: nothing open was near enough"}};
  const IncidentId id = incident.id;
  Incident& stored = world.incidents.emplace(id, std::move(incident)).first->second;
  world.note(id, TimelineKind::incident, fmt::format("opened: {}", symptom.text));
  attach(world, stored, std::move(symptom));
  attach_waiting(world, stored);
}

void Correlator::attach(World& world, Incident& incident, Symptom symptom) {
  const Timestamp at = world.now;
  Activity& activity = activity_[incident.id];
  const double dt = activity.last ? (at - activity.last).seconds() : 0;
  activity.decayed_count = activity.decayed_count * std::exp(-dt / settings_.tau_seconds) + 1;
  activity.last = at;
  symptom.id = world.ids.next<SymptomId>();
  incident.onset = std::min(incident.onset, symptom.onset);
  incident.severity = std::max(incident.severity, severity_of(symptom));
  world.note(incident.id, timeline_kind(symptom), symptom.text, to_string(symptom.id));
  // Counted and shown as text in the timeline; beyond the cap nobody reads them one by one.
  if (incident.symptoms.size() < symptoms_cap) incident.symptoms.push_back(std::move(symptom));
}

void Correlator::attach_waiting(World& world, Incident& incident) {
  std::vector<Symptom> still_waiting;
  for (Symptom& symptom : waiting_) {
    JoinScore score = score_join(world, incident, activity_[incident.id], symptom, settings_);
    if (score.total >= 0) {
      symptom.joined = std::move(score.reasons);
      attach(world, incident, std::move(symptom));
    } else {
      still_waiting.push_back(std::move(symptom));
    }
  }
  waiting_ = std::move(still_waiting);
}

void Correlator::confirm(const World& world, IncidentId id) { activity_[id].last = world.now; }

void Correlator::resolve_quiet(World& world) {
  for (auto& [id, incident] : world.incidents) {
    if (!takes_symptoms(incident)) continue;
    const bool acting = std::any_of(incident.actions.begin(), incident.actions.end(), [&](ActionId action) {
      const ActionState state = world.actions.at(action).state;
      return state == ActionState::running || state == ActionState::verifying ||
             state == ActionState::awaiting_approval || state == ActionState::approved || state == ActionState::undoing;
    });
    if (acting) continue;
    const bool all_over =
        std::none_of(incident.symptoms.begin(), incident.symptoms.end(), [](const Symptom& s) { return s.open; });
    Activity& activity = activity_[id];
    if (all_over && !activity.over_since) activity.over_since = world.now;
    if (!all_over && activity.over_since) activity.over_since = {}, ++activity.returns;
    if (all_over ? world.now - activity.over_since < hold_off(activity.returns) : world.now - activity.last < quiet)
      continue;
    incident.state = IncidentState::resolved;
    incident.resolved_at = world.now;
    world.note(id, TimelineKind::incident,
               all_over ? "resolved: every symptom is over" : "resolved: nothing has confirmed it for 10 min");
    activity_.erase(id);
  }
}

}  // namespace nightjar
