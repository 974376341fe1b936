#include "engine/notify/notifier.h"

#include "base/hash.h"
#include "base/text.h"
#include "engine/notify/message.h"
#include "model/words.h"

namespace nightjar {
namespace {

// A ticket is for what people will want to read tomorrow: when there is a cause or an action, or a minute has passed
// without one.
constexpr Duration kTicketAfter = minutes(1);

bool route_takes(const RouteConfig& route, const Incident& incident) {
  return std::any_of(route.services.begin(), route.services.end(), [&](const std::string& name) {
    return name == "*" || name == incident.service.value || name == short_name(incident.service);
  });
}

std::string cause_key(const Incident& incident) {
  if (incident.findings.empty() || incident.findings.front().confidence < 0.5) return {};
  if (incident.findings.front().kind == CauseKind::none) return {};  // however sure: it is no cause
  const Finding& best = incident.findings.front();
  return fmt::format("{} {} {} {}", word(best.kind), best.service.value, best.version,
                     best.statement ? to_string(best.statement->fingerprint) : "");
}

std::string action_states(const World& world, const Incident& incident) {
  std::string states;
  for (const ActionId id : incident.actions) {
    const Action& action = world.actions.at(id);
    // The people's view: whether it starts by itself or waits, that it runs, how it ended. A denied plan interests
    // nobody at night.
    if (action.state == ActionState::denied || action.state == ActionState::proposed || action.undoes) continue;
    states += fmt::format("{}={} ", to_string(id), word(action.state));
  }
  return states;
}

// Still only approved when the step is over: something stands in its way. Another action ends by itself; the rest is
// for people.
NotifyReason reason_of_held(const Action& action) {
  const bool locked =
      !action.decision.reasons.empty() && action.decision.reasons.back().reason == DecisionReason::service_locked;
  return locked ? NotifyReason::unchanged : NotifyReason::needs_human;
}

NotifyReason reason_of_actions(const World& world, const Incident& incident) {
  for (auto id = incident.actions.rbegin(); id != incident.actions.rend(); ++id) {
    if (world.actions.at(*id).undoes) continue;  // told by the one it takes back
    switch (world.actions.at(*id).state) {
      case ActionState::awaiting_approval:
        return NotifyReason::approval_needed;
      case ActionState::approved:
        return reason_of_held(world.actions.at(*id));
      case ActionState::running:
      case ActionState::verifying:
      case ActionState::undoing:
        return NotifyReason::action_started;
      case ActionState::succeeded:
        return NotifyReason::verified;
      case ActionState::needs_human:
      case ActionState::unknown:
      case ActionState::failed:
      case ActionState::expired:
      case ActionState::rejected:  // nothing more is done by itself, and who waits for it should know
      case ActionState::undone:
        return NotifyReason::needs_human;
      case ActionState::proposed:
      case ActionState::denied:
      case ActionState::shadowed:
      case ActionState::blocked:
        break;
    }
  }
  return NotifyReason::unchanged;
}

}  // namespace

NotifyDecision decide_notification(const World& world, const Incident& incident, const Told& told) {
  if (!told.anything) return {NotifyReason::first_notification};
  if (incident.state == IncidentState::resolved && told.state != IncidentState::resolved)
    return {NotifyReason::resolved};
  if (told.actions != action_states(world, incident)) {
    const NotifyReason reason = reason_of_actions(world, incident);
    if (reason != NotifyReason::unchanged) return {reason};
  }
  if (told.cause != cause_key(incident) && !cause_key(incident).empty()) return {NotifyReason::cause_found};
  if (incident.severity > told.severity) return {NotifyReason::got_worse};
  return {NotifyReason::unchanged};
}

std::vector<Delivery> Notifier::decide(World& world) {
  std::vector<Delivery> deliveries;
  for (const IncidentId id : std::set<IncidentId>(world.touched_incidents)) {
    Incident& incident = world.incidents.at(id);
    Told& told = told_[id];
    const NotifyReason reason = decide_notification(world, incident, told).reason;
    for (const RouteConfig& route : world.config.routes) {
      if (!route_takes(route, incident)) continue;
      if (reason != NotifyReason::unchanged) tell(world, incident, reason, route, deliveries);
      if (!route.tickets.empty()) write_ticket(world, incident, reason, route, deliveries);
      break;  // the first route that takes it
    }
    told = {true, cause_key(incident), action_states(world, incident), incident.state, incident.severity};
  }
  return deliveries;
}

Delivery Notifier::deliver(World& world, const Incident& incident, const std::string& destination, NotifyReason reason,
                           DeliveryOperation next) {
  Thread& thread = threads_[{incident.id, destination}];
  Delivery delivery;
  delivery.id = world.ids.next<NotificationId>();
  delivery.incident = incident.id;
  delivery.destination = destination;
  delivery.operation = thread.created ? next : DeliveryOperation::create;
  delivery.reason = reason;
  delivery.thread = to_string(incident.id);
  delivery.external_ref = thread.external_ref;
  thread.created = true;
  waiting_[delivery.id] = {incident.id, destination};
  return delivery;
}

void Notifier::tell(World& world, const Incident& incident, NotifyReason reason, const RouteConfig& route,
                    std::vector<Delivery>& out) {
  for (const std::string& destination : route.notify) {
    Delivery delivery = deliver(world, incident, destination, reason, DeliveryOperation::update);
    delivery.message = message_of(world, incident, route);
    world.note(
        incident.id, TimelineKind::notification,
        fmt::format("{} to {} ({})", delivery.operation == DeliveryOperation::create ? "message" : "message updated",
                    destination, word(reason)),
        to_string(delivery.id));
    out.push_back(std::move(delivery));
  }
}

void Notifier::write_ticket(World& world, Incident& incident, NotifyReason reason, const RouteConfig& route,
                            std::vector<Delivery>& out) {
  const bool exists = threads_[{incident.id, route.tickets}].created;
  const bool worth = !cause_key(incident).empty() || !action_states(world, incident).empty() ||
                     world.now - incident.opened_at >= kTicketAfter;
  if (!exists && (!worth || incident.state == IncidentState::resolved)) return;
  const bool settled =
      reason == NotifyReason::verified || reason == NotifyReason::needs_human || reason == NotifyReason::resolved;
  if (exists && !settled) return;
  Delivery delivery = deliver(world, incident, route.tickets, exists ? reason : NotifyReason::first_notification,
                              reason == NotifyReason::resolved ? DeliveryOperation::close : DeliveryOperation::comment);
  delivery.message = exists ? comment_of(world, incident, reason) : ticket_of(world, incident);
  world.note(incident.id, TimelineKind::ticket,
             fmt::format("{} {}", exists ? "ticket commented at" : "ticket written at", route.tickets),
             to_string(delivery.id));
  out.push_back(std::move(delivery));
}

void Notifier::take_report(World& world, const DeliveryReport& report) {
  const auto found = waiting_.find(report.id);
  if (found == waiting_.end()) return;
  const auto [incident_id, destination] = found->second;
  waiting_.erase(found);
  const auto incident = world.incidents.find(incident_id);
  if (incident == world.incidents.end()) return;
  if (!report.delivered) {
    world.note(incident_id, TimelineKind::notification,
               fmt::format("not delivered to {}: {}", destination, cut(report.error, 200)), to_string(report.id));
    return;
  }
  if (!report.external_ref.empty()) threads_[{incident_id, destination}].external_ref = report.external_ref;
  const auto kind = world.config.destination_kinds.find(destination);
  if (kind != world.config.destination_kinds.end() && kind->second == "github_issues" && !incident->second.ticket &&
      !report.url.empty()) {
    incident->second.ticket = TicketRef{report.url, report.external_ref, "open"};
    world.note(incident_id, TimelineKind::ticket, fmt::format("ticket {}", report.url), to_string(report.id));
  }
}

}  // namespace nightjar
