#include "wire/tickets/ticket_words.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/json/foreign.h"
#include "wire/tickets/ticket_delivery.h"

namespace nightjar {

std::string_view word(TicketIgnored reason) {
  switch (reason) {
    case TicketIgnored::none:
      return "none";
    case TicketIgnored::event_not_watched:
      return "event_not_watched";
    case TicketIgnored::action_not_watched:
      return "action_not_watched";
    case TicketIgnored::pull_request:
      return "pull_request";
  }
  return {};
}

std::optional<IncidentId> our_incident(std::string_view text) {
  for (const std::string_view mark : {"nightjar:inc-", "nightjar-inc-"}) {
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos) continue;
    const std::size_t number = at + mark.size(),
                      end = std::min(text.find_first_not_of("0123456789", number), text.size());
    if (const auto id = parse_id<IncidentTag>("inc-" + std::string(text.substr(number, end - number)))) return id;
  }
  return std::nullopt;
}

bool is_our_note(std::string_view text) { return text.find("nightjar:ntf-") != std::string_view::npos; }

std::string service_of_label(std::string_view label) {
  for (const std::string_view prefix : {"service", "svc", "component"})
    if (label.size() > prefix.size() + 1 && label.starts_with(prefix))
      if (const char separator = label[prefix.size()]; separator == ':' || separator == '/' || separator == '=') {
        std::string_view name = label.substr(prefix.size() + 1);
        while (name.starts_with(' ') || name.starts_with(':')) name.remove_prefix(1);  // "service: x", "service::x"
        return cut(name, 100);
      }
  return {};
}

std::vector<std::string> texts_of(const nlohmann::json& list, std::string_view field) {
  std::vector<std::string> texts;
  if (!list.is_array()) return texts;
  for (const nlohmann::json& item : list) {
    if (texts.size() == kTicketLabels) break;
    const nlohmann::json& value = field.empty() ? item : foreign::at(item, {field});
    if (const auto* text = value.get_ptr<const std::string*>(); text && !text->empty())
      texts.push_back(cut(*text, 100));
  }
  return texts;
}

void read_labels(TicketEvent& event) {
  for (const std::string& label : event.labels) {
    if (std::string service = service_of_label(label); !service.empty()) event.services.push_back(std::move(service));
    if (!event.incident) event.incident = our_incident(label);
  }
}

}  // namespace nightjar
