#include <nlohmann/json.hpp>

#include "wire/json/api_json.h"
#include "wire/json/words.h"

namespace nightjar {

nlohmann::json api_ticket(const Ticket& ticket) {
  const TicketEvent& event = ticket.event;
  nlohmann::json services = nlohmann::json::array();
  for (const ServiceName& service : ticket.services) services.push_back(service.value);
  return {{"id", to_string(ticket.id)},
          {"system", word(event.system)},
          {"key", event.key},
          {"title", event.title},
          {"url", api_text(event.url)},
          {"state", event.resolved ? "resolved" : "open"},
          {"last_news", word(event.news)},
          {"priority", api_text(event.priority)},
          {"labels", event.labels},
          {"services", services},
          {"author", api_text(event.author)},
          {"incident_id", ticket.incident ? nlohmann::json(to_string(*ticket.incident)) : nlohmann::json()},
          {"ours", ticket.ours},
          {"comments", ticket.comments},
          {"opened_at", api_time(event.opened_at)},
          {"updated_at", api_time(event.at)}};
}

}  // namespace nightjar
