#include "engine/correlate/tickets.h"

#include <algorithm>

#include "base/text.h"
#include "engine/world/service_names.h"
#include "model/words.h"

namespace nightjar {
namespace {

// How long before the trouble a person may have written it down: detection comes later than a customer's call.
constexpr Duration kBeforeOnset = minutes(30);
constexpr std::size_t kTicketsKept = 5000;  // here; records keep the others

Ticket* find_ticket(World& world, const TicketEvent& event) {
  for (auto& [id, ticket] : world.tickets)
    if (ticket.event.system == event.system && ticket.event.key == event.key) return &ticket;
  return nullptr;
}

bool taken_already(const TicketEvent& known, const TicketEvent& said) {
  if (!said.delivery.empty() && said.delivery == known.delivery) return true;
  return said.at < known.at || (said.at == known.at && said.news == known.news && said.delivery.empty());
}

void merge_ticket(TicketEvent& known, const TicketEvent& said) {
  TicketEvent newest = said;
  newest.opened_at = std::min(known.opened_at, said.opened_at);
  for (std::string TicketEvent::*field :
       {&TicketEvent::title, &TicketEvent::url, &TicketEvent::priority, &TicketEvent::repository, &TicketEvent::author})
    if ((newest.*field).empty()) newest.*field = known.*field;
  if (!newest.incident) newest.incident = known.incident;
  // A comment's message may leave the fields of the issue out.
  if (newest.labels.empty() && said.news == TicketNews::commented) newest.labels = known.labels;
  if (newest.services.empty() && said.news == TicketNews::commented) newest.services = known.services;
  known = std::move(newest);
}

// Named by a field or label first; words only when nothing else names one, since a text mentions bystanders too.
std::set<ServiceName> services_of(const World& world, const TicketEvent& event) {
  std::set<ServiceName> services;
  const auto add = [&](ServiceName name) {
    if (!name.empty()) services.insert(std::move(name));
  };
  for (const std::string& said : event.services) {
    const ServiceName known = known_service(world, said);
    add(known.empty() ? service_behind(world, said, {}) : known);
  }
  for (const std::string& label : event.labels) add(known_service(world, label));
  if (services.empty()) services = services_in_words(world, event.title);
  if (services.empty()) add(service_behind(world, {}, event.repository));
  if (services.empty()) services = services_in_words(world, event.text);
  return services;
}

bool concerns(const Incident& incident, const Ticket& ticket) {
  return std::any_of(ticket.services.begin(), ticket.services.end(), [&](const ServiceName& service) {
    return incident.service == service ||
           std::any_of(incident.symptoms.begin(), incident.symptoms.end(),
                       [&](const Symptom& symptom) { return symptom.service == service; });
  });
}

// Ours by its URL, or by the mark that we put into what we write.
Incident* our_incident_of(World& world, const TicketEvent& event) {
  if (event.incident)
    if (const auto found = world.incidents.find(*event.incident); found != world.incidents.end()) return &found->second;
  if (event.url.empty()) return nullptr;
  for (auto& [id, incident] : world.incidents)
    if (incident.ticket && incident.ticket->url == event.url) return &incident;
  return nullptr;
}

Incident* incident_of(World& world, const Ticket& ticket) {
  if (ticket.event.resolved || ticket.services.empty()) return nullptr;
  for (auto found = world.incidents.rbegin(); found != world.incidents.rend(); ++found) {
    Incident& incident = found->second;
    if (incident.state == IncidentState::resolved || incident.onset > ticket.event.opened_at + kBeforeOnset) continue;
    if (concerns(incident, ticket)) return &incident;
  }
  return nullptr;
}

std::string named(const TicketEvent& event) {
  return event.title.empty() ? fmt::format("{} {}", word(event.system), event.key)
                             : fmt::format("{} {} \"{}\"", word(event.system), event.key, cut(event.title, 140));
}

// A ticket that is put beside an incident now says what it is; later messages say what happened to it.
std::string joined_in_words(const Ticket& ticket) {
  std::string services;
  for (const ServiceName& service : ticket.services) services += (services.empty() ? "" : ", ") + service.value;
  return fmt::format("{}, opened {}{}", named(ticket.event), to_rfc3339(ticket.event.opened_at).substr(11, 5),
                     services.empty() ? std::string() : ", names " + services);
}

std::string news_in_words(const Ticket& ticket) {
  const TicketEvent& event = ticket.event;
  const std::string who = event.author.empty() ? "somebody" : event.author;
  switch (event.news) {
    case TicketNews::opened:
      return fmt::format("{} opened {}", who, named(event));
    case TicketNews::updated:
      return fmt::format("{} edited {}", who, event.key);
    case TicketNews::commented:
      return fmt::format("{} on {}: {}", who, event.key,
                         cut(std::string_view(event.text).substr(0, event.text.find('\n')), 200));
    case TicketNews::resolved:
      return fmt::format("{} resolved {}; the incident goes by what is measured", who, event.key);
    case TicketNews::reopened:
      return fmt::format("{} reopened {}", who, event.key);
  }
  return {};
}

void place(World& world, Ticket& ticket) {
  if (Incident* incident = our_incident_of(world, ticket.event)) {
    ticket.ours = true;
    ticket.incident = incident->id;
    // Anybody can copy our mark into a ticket; only the one at our URL says how ours stands.
    if (incident->ticket && incident->ticket->url == ticket.event.url) {
      incident->ticket->state = ticket.event.resolved ? "resolved" : "open";
      world.touched_incidents.insert(incident->id);
    }
  } else if (!ticket.incident) {
    Incident* about = incident_of(world, ticket);
    if (about == nullptr) return;
    ticket.incident = about->id;
    world.note(about->id, TimelineKind::ticket, joined_in_words(ticket), to_string(ticket.id));
  }
  world.touched_tickets.insert(ticket.id);
}

void forget_oldest(World& world) {
  while (world.tickets.size() > kTicketsKept) {
    world.touched_tickets.erase(world.tickets.begin()->first);
    world.tickets.erase(world.tickets.begin());
  }
}

}  // namespace

void take_ticket(World& world, const TicketEvent& said) {
  Ticket* ticket = find_ticket(world, said);
  const bool fresh = ticket == nullptr;
  if (fresh) {
    Ticket first;
    first.id = world.ids.next<TicketId>();
    first.event = said;
    ticket = &world.tickets.emplace(first.id, std::move(first)).first->second;
  } else {
    if (taken_already(ticket->event, said)) return;
    merge_ticket(ticket->event, said);
  }
  const std::set<ServiceName> services = services_of(world, ticket->event);
  for (const ServiceName& service : services)
    if (std::find(ticket->services.begin(), ticket->services.end(), service) == ticket->services.end())
      ticket->services.push_back(service);
  if (said.news == TicketNews::commented && !said.by_us) ++ticket->comments;
  world.touched_tickets.insert(ticket->id);
  const bool had_incident = ticket->incident.has_value();
  place(world, *ticket);
  // What we wrote ourselves is in the timeline already, and an edit is no news at night.
  const bool tells =
      !said.by_us && said.news != TicketNews::updated && !(ticket->ours && said.news == TicketNews::opened);
  if (ticket->incident && tells && (had_incident || ticket->ours))
    world.note(*ticket->incident, TimelineKind::ticket, news_in_words(*ticket), to_string(ticket->id));
  forget_oldest(world);
}

void place_waiting_tickets(World& world) {
  for (auto& [id, ticket] : world.tickets)
    if (!ticket.incident && !ticket.event.resolved && world.now - ticket.event.opened_at <= kBeforeOnset)
      place(world, ticket);
}

}  // namespace nightjar
