#include "wire/tickets/servicenow.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"
#include "wire/tickets/ticket_words.h"

namespace nightjar {
namespace {

bool is_over(std::string_view state) { return state == "6" || state == "7" || state == "8"; }

TicketNews news_of_record(const nlohmann::json& record, bool resolved) {
  if (foreign::text(record, {"operation"}) == "insert") return TicketNews::opened;
  const std::string before = foreign::text(record, {"previous_state"});
  if (resolved && !is_over(before)) return TicketNews::resolved;
  if (!resolved && is_over(before)) return TicketNews::reopened;
  return foreign::text(record, {"comment"}).empty() ? TicketNews::updated : TicketNews::commented;
}

}  // namespace

absl::StatusOr<TicketDelivery> parse_servicenow(std::string_view body, Timestamp received_at) {
  const auto record = parse_json(body, "ServiceNow record");
  if (!record.ok()) return record.status();
  if (!record->is_object())
    return invalid_argument("ServiceNow record: expected an object, found {}", record->type_name());
  TicketEvent ticket;
  ticket.system = TicketSystem::servicenow;
  ticket.key = foreign::text(*record, {"number"}, 60);
  const std::string state = foreign::text(*record, {"state"}, 20);
  if (ticket.key.empty() || state.empty())
    return invalid_argument(
        "ServiceNow record: \"number\" or \"state\" is missing; take the business rule from docs/senders/tickets.md");
  ticket.resolved = is_over(state);
  ticket.news = news_of_record(*record, ticket.resolved);
  ticket.title = foreign::text(*record, {"short_description"});
  ticket.url = foreign::text(*record, {"url"}, 2048);
  ticket.priority = foreign::text(*record, {"priority"}, 60);
  ticket.author = foreign::text(*record, {"updated_by"});
  for (const char* field : {"cmdb_ci", "business_service"})
    if (std::string name = foreign::text(*record, {field}, 100); !name.empty())
      ticket.services.push_back(std::move(name));
  ticket.incident = our_incident(foreign::text(*record, {"correlation_id"}));
  const std::string comment = foreign::text(*record, {"comment"}, kTicketTextBytes);
  ticket.text =
      ticket.news == TicketNews::commented ? comment : foreign::text(*record, {"description"}, kTicketTextBytes);
  ticket.by_us = ticket.news == TicketNews::commented && is_our_note(comment);
  ticket.opened_at = foreign::loose_time(*record, {"opened_at"}).value_or(received_at);
  ticket.at = foreign::loose_time(*record, {"updated_at"}).value_or(received_at);
  return TicketDelivery{std::move(ticket), TicketIgnored::none};
}

}  // namespace nightjar
