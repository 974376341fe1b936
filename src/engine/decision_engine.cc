#include "engine/decision_engine.h"

#include "base/check.h"
#include "engine/account/data_quality.h"
#include "engine/correlate/symptoms.h"
#include "engine/correlate/tickets.h"
#include "engine/diagnose/changes.h"
#include "engine/diagnose/diagnose.h"
#include "engine/remediate/remediator.h"

namespace nightjar {
namespace {

template <class... Visitors>
struct Visit : Visitors... {
  using Visitors::operator()...;
};

}  // namespace

void DecisionEngine::begin(const Input& input) {
  CHECK(input.time >= world_.now);  // the driver stamps; engine time never goes back
  world_.now = input.time;
  world_.ids.begin(input.sequence);
  world_.touched_changes.clear();
  world_.touched_incidents.clear();
  world_.touched_actions.clear();
  world_.touched_tickets.clear();
  dispatches_.clear();
}

Effects DecisionEngine::close_window(const Input& input, WindowRollups rollups, WindowJudgement judgement) {
  begin(input);
  // The order of the rooms.
  record_window(world_, rollups);
  notice_new_versions(world_, rollups);
  change_watches_.observe(world_, rollups);
  judgement.slos = error_budgets_.close_window(world_, rollups);
  judgement.data_quality = data_quality(world_);
  world_.judgement = judgement;
  correlator_.take(world_, symptoms_of_changes(world_));
  correlator_.take(world_, symptoms_of_window(world_));
  place_waiting_tickets(world_);
  for (auto& [id, incident] : world_.incidents) {
    // What was acted on stays the cause: once the remedy works there is nothing left to see of it.
    const bool acted_on = std::any_of(incident.actions.begin(), incident.actions.end(), [&](ActionId action) {
      return world_.actions.at(action).started_at.has_value();
    });
    if (incident.state == IncidentState::open && !acted_on) diagnose(world_, incident);
  }
  dispatches_ = remediate_window(world_);
  correlator_.resolve_quiet(world_);
  for (auto& [id, incident] : world_.incidents)
    if (incident.resolved_at == world_.now) tell_again(world_, incident);
  return finish({CloseWindow{std::move(rollups), std::move(judgement)}});
}

Effects DecisionEngine::step(const Input& input) {
  begin(input);
  Effects effects;
  std::visit(Visit{
                 [&](const Tick&) { take_tick(); },
                 [&](const SignalsArrived&) { CHECK(!"signals go to the lanes"); },
                 [&](const AlertsArrived& arrived) { take_alerts(arrived); },
                 [&](const ChangeArrived& arrived) { take_change(world_, arrived.event); },
                 [&](const TicketArrived& arrived) { take_ticket(world_, arrived.event); },
                 [&](const CommandArrived& arrived) {
                   take_command(arrived.command);
                   if (const auto* kill = std::get_if<SetKillSwitch>(&arrived.command.what))
                     effects.push_back(KillSwitchSet{kill->on, arrived.command.person});
                 },
                 [&](const ActionReported& reported) { take_report(world_, reported.report); },
                 [&](const DeliveryReported& reported) { notifier_.take_report(world_, reported.report); },
                 [&](const HandPresence& hand) { world_.hand_connected = hand.connected; },
                 [&](const ConfigApplied& applied) { world_.config = applied.config; },
             },
             input.body);
  return finish(std::move(effects));
}

void DecisionEngine::take_tick() {
  remediate_tick(world_);
  // Who sends alerts and no telemetry has no windows, and an incident must end for them too.
  if (world_.history.empty()) correlator_.resolve_quiet(world_);
}

void DecisionEngine::take_alerts(const AlertsArrived& arrived) {
  world_.alerts_received += arrived.alerts.size();
  correlator_.take(world_, symptoms_of_alerts(world_, arrived.alerts));
}

void DecisionEngine::take_command(const Command& command) {
  dispatches_ = nightjar::take_command(world_, command);
  if (const auto* acknowledge = std::get_if<AcknowledgeIncident>(&command.what)) {
    const auto found = world_.incidents.find(acknowledge->incident);
    if (found == world_.incidents.end() || !found->second.acknowledged_by.empty()) return;
    found->second.acknowledged_by = command.person;
    world_.note(acknowledge->incident, TimelineKind::person, command.person + " has taken it");
  } else if (const auto* kill = std::get_if<SetKillSwitch>(&command.what)) {
    world_.kill_switch = kill->on;
    for (const auto& [id, incident] : world_.incidents)
      if (incident.state == IncidentState::open)
        world_.note(id, TimelineKind::person,
                    command.person +
                        (kill->on ? " turned the kill switch on: nothing is started" : " turned the kill switch off"));
  }
}

Effects DecisionEngine::finish(Effects effects) {
  const std::vector<Delivery> deliveries = notifier_.decide(world_);
  for (const ChangeId id : world_.touched_changes) effects.push_back(SaveChange{world_.changes.at(id)});
  for (const IncidentId id : world_.touched_incidents) effects.push_back(SaveIncident{world_.incidents.at(id)});
  for (const ActionId id : world_.touched_actions) effects.push_back(SaveAction{world_.actions.at(id)});
  for (const TicketId id : world_.touched_tickets) effects.push_back(SaveTicket{world_.tickets.at(id)});
  for (const ActionId id : dispatches_) effects.push_back(DispatchAction{world_.actions.at(id)});
  for (const Delivery& delivery : deliveries) effects.push_back(Deliver{delivery});
  return effects;
}

}  // namespace nightjar
