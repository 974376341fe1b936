#include "wire/tickets/jira.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"
#include "wire/tickets/ticket_words.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kNodesAtMost = 2000;

// A description is text, or a document of Atlassian's format: nodes with `content` and, at the leaves, `text`.
std::string words_of(const Json& value) {
  if (const auto* text = value.get_ptr<const std::string*>()) return cut(*text, kTicketTextBytes);
  std::string words;
  std::vector<const Json*> waiting = {&value};
  for (std::size_t seen = 0; !waiting.empty() && seen < kNodesAtMost && words.size() < kTicketTextBytes; ++seen) {
    const Json& node = *waiting.back();
    waiting.pop_back();
    if (const std::string text = foreign::text(node, {"text"}, kTicketTextBytes); !text.empty())
      words += (words.empty() ? "" : " ") + text;
    const Json& content = foreign::at(node, {"content"});
    if (content.is_array())
      for (auto child = content.rbegin(); child != content.rend(); ++child) waiting.push_back(&*child);
  }
  return cut(words, kTicketTextBytes);
}

// "https://shop.atlassian.net/rest/api/2/issue/10042" -> "https://shop.atlassian.net/browse/OPS-12".
std::string browse_url(const std::string& self, const std::string& key) {
  const std::size_t rest = self.find("/rest/");
  return rest == std::string::npos ? std::string() : self.substr(0, rest) + "/browse/" + key;
}

std::string name_of_user(const Json& user) {
  const std::string display = foreign::text(user, {"displayName"});
  return display.empty() ? foreign::text(user, {"name"}) : display;
}

// An update says in its changelog what was changed.
TicketNews news_of_update(const Json& whole, bool resolved) {
  const Json& items = foreign::at(whole, {"changelog", "items"});
  bool status_changed = false;
  if (items.is_array())
    for (const Json& item : items) {
      const std::string field = foreign::text(item, {"field"});
      if (field == "resolution")
        return foreign::at(item, {"to"}).is_null() ? TicketNews::reopened : TicketNews::resolved;
      status_changed = status_changed || field == "status";
    }
  if (status_changed && resolved) return TicketNews::resolved;
  if (foreign::text(whole, {"issue_event_type_name"}) == "issue_reopened") return TicketNews::reopened;
  return foreign::at(whole, {"comment"}).is_object() ? TicketNews::commented : TicketNews::updated;
}

}  // namespace

absl::StatusOr<TicketDelivery> parse_jira(std::string_view delivery, std::string_view body, Timestamp received_at) {
  const auto whole = parse_json(body, "Jira webhook");
  if (!whole.ok()) return whole.status();
  if (!whole->is_object()) return invalid_argument("Jira webhook: expected an object, found {}", whole->type_name());
  const std::string event = foreign::text(*whole, {"webhookEvent"});
  if (event.empty()) return invalid_argument("Jira webhook: webhookEvent is missing; is this Jira's own body?");
  if (event != "jira:issue_created" && event != "jira:issue_updated" && event != "comment_created")
    return TicketDelivery{{}, TicketIgnored::event_not_watched};
  const Json &issue = foreign::at(*whole, {"issue"}), &fields = foreign::at(issue, {"fields"}),
             &comment = foreign::at(*whole, {"comment"});
  TicketEvent ticket;
  ticket.system = TicketSystem::jira;
  ticket.key = foreign::text(issue, {"key"}, 100);
  if (ticket.key.empty())
    return invalid_argument(
        "Jira webhook: issue.key is missing; leave \"Exclude body\" off in Jira's webhook settings");
  ticket.delivery = cut(delivery, 128);
  const Json& resolution = foreign::at(fields, {"resolution"});
  ticket.resolved = foreign::text(fields, {"status", "statusCategory", "key"}) == "done" || resolution.is_object();
  ticket.news = event == "jira:issue_created" ? TicketNews::opened
                : event == "comment_created"  ? TicketNews::commented
                                              : news_of_update(*whole, ticket.resolved);
  ticket.title = foreign::text(fields, {"summary"});
  ticket.url = browse_url(foreign::text(issue, {"self"}, 2000), ticket.key);
  ticket.priority = foreign::text(fields, {"priority", "name"}, 60);
  ticket.labels = texts_of(foreign::at(fields, {"labels"}));
  ticket.services = texts_of(foreign::at(fields, {"components"}), "name");
  ticket.author = name_of_user(foreign::at(*whole, {"user"}));
  ticket.text = words_of(foreign::at(fields, {"description"}));
  if (ticket.news == TicketNews::commented) {
    ticket.text = words_of(foreign::at(comment, {"body"}));
    ticket.by_us = is_our_note(ticket.text);
    if (const std::string who = name_of_user(foreign::at(comment, {"author"})); !who.empty()) ticket.author = who;
    // Data Center tells of a comment twice: as such and as an update.
    if (const std::string id = foreign::text(comment, {"id"}, 60); !id.empty()) ticket.delivery = "comment " + id;
  }
  ticket.opened_at = foreign::loose_time(fields, {"created"}).value_or(received_at);
  ticket.at = foreign::time_ms(*whole, {"timestamp"}).value_or(received_at);
  read_labels(ticket);
  return TicketDelivery{std::move(ticket), TicketIgnored::none};
}

}  // namespace nightjar
