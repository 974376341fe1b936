#include "wire/tickets/issues.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"
#include "wire/tickets/ticket_words.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

std::optional<TicketNews> news_of(bool comment, std::string_view action) {
  if (comment) return action == "created" ? std::optional(TicketNews::commented) : std::nullopt;
  if (action == "opened") return TicketNews::opened;
  if (action == "closed") return TicketNews::resolved;
  if (action == "reopened") return TicketNews::reopened;
  for (const std::string_view edits : {"edited", "labeled", "unlabeled", "label_updated", "label_cleared"})
    if (action == edits) return TicketNews::updated;
  return std::nullopt;
}

// "priority: high", "priority/high", "P1"; issues have no field for it.
std::string priority_in(const std::vector<std::string>& labels) {
  for (const std::string& label : labels) {
    if (label.size() == 2 && (label[0] == 'P' || label[0] == 'p') && label[1] >= '0' && label[1] <= '5') return label;
    if (label.size() > 9 && (label.starts_with("priority") || label.starts_with("Priority"))) {
      const std::size_t name = label.find_first_not_of(": /=-", 8);
      if (name != 8 && name != std::string::npos) return label.substr(name);
    }
  }
  return {};
}

}  // namespace

bool is_issue_event(std::string_view event) {
  return event == "issues" || event == "issue_comment" || event == "issue_label";
}

absl::StatusOr<TicketDelivery> parse_issue(TicketSystem system, std::string_view event, std::string_view delivery,
                                           std::string_view body, Timestamp received_at) {
  if (!is_issue_event(event)) return TicketDelivery{{}, TicketIgnored::event_not_watched};
  const auto whole = parse_json(body, "issue webhook");
  if (!whole.ok()) return whole.status();
  if (!whole->is_object()) return invalid_argument("issue webhook: expected an object, found {}", whole->type_name());
  const Json& issue = foreign::at(*whole, {"issue"});
  const std::string number = foreign::number_text(issue, {"number"}),
                    repository = foreign::text(*whole, {"repository", "full_name"});
  if (number.empty() || repository.empty())
    return invalid_argument(
        "issue webhook: issue.number or repository.full_name is missing; is this the forge's own body?");
  if (foreign::at(issue, {"pull_request"}).is_object() || foreign::flag(*whole, {"is_pull"}))
    return TicketDelivery{{}, TicketIgnored::pull_request};
  const bool comment = event == "issue_comment";
  const auto news = news_of(comment, foreign::text(*whole, {"action"}));
  if (!news) return TicketDelivery{{}, TicketIgnored::action_not_watched};

  TicketEvent ticket;
  ticket.system = system;
  ticket.key = cut(repository, 200) + "#" + number;
  ticket.delivery = cut(delivery, 128);
  ticket.news = *news;
  ticket.resolved = foreign::text(issue, {"state"}) == "closed";
  ticket.title = foreign::text(issue, {"title"});
  ticket.url = foreign::text(issue, {"html_url"}, 2048);
  ticket.repository = repository;
  ticket.labels = texts_of(foreign::at(issue, {"labels"}), "name");
  ticket.priority = priority_in(ticket.labels);
  ticket.author = foreign::text(*whole, {"sender", "login"});
  // Our mark is behind the text that is kept, so the whole body is looked at.
  const std::string whole_text = foreign::text(issue, {"body"}, 256 << 10);
  ticket.incident = our_incident(whole_text);
  ticket.text = cut(whole_text, kTicketTextBytes);
  ticket.opened_at = foreign::time(issue, {"created_at"}).value_or(received_at);
  ticket.at = foreign::time(issue, {"updated_at"}).value_or(received_at);
  if (comment) {
    const std::string said = foreign::text(*whole, {"comment", "body"}, 256 << 10);
    ticket.by_us = is_our_note(said);
    ticket.text = cut(said, kTicketTextBytes);
    if (const std::string id = foreign::number_text(*whole, {"comment", "id"}); !id.empty())
      ticket.delivery = "comment " + id;
  }
  read_labels(ticket);
  return TicketDelivery{std::move(ticket), TicketIgnored::none};
}

}  // namespace nightjar
