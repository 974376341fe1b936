#include "wire/alerts/datadog.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/alert_draft.h"
#include "wire/alerts/said.h"

namespace nightjar {
namespace {

// "[P2] [Triggered on {host:web-1}] Disk is full" -> "Disk is full": the brackets change from message to message.
std::string_view without_brackets(std::string_view title) {
  while (title.starts_with('[')) {
    const std::size_t close = title.find("] ");
    if (close == std::string_view::npos) break;
    title = said::trimmed(title.substr(close + 1));
  }
  return title;
}

// $EVENT_MSG is Markdown between lines of "%%%".
std::string first_line(std::string_view message) {
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size());
    const std::string_view line = said::trimmed(message.substr(0, end));
    if (!line.empty() && line != "%%%") return cut(line, 300);
    message.remove_prefix(std::min(end + 1, message.size()));
  }
  return {};
}

}  // namespace

absl::StatusOr<ReceivedAlerts> parse_datadog(std::string_view body, Timestamp received_at, const AlertLimits& limits) {
  const auto whole = said::object(body, "Datadog webhook", limits);
  if (!whole.ok()) return whole.status();
  AlertDraft draft("datadog", limits);
  draft.identity("monitor_id", said::text(*whole, {"monitor_id"}));
  if (!draft.has_identity())
    return invalid_argument(
        "Datadog webhook: \"monitor_id\" is missing; paste the payload of docs/senders.md into the webhook ($ALERT_ID "
        "is "
        "filled in for monitors only)");
  draft.identity("scopes", said::text(*whole, {"scopes"}, limits.value_bytes));
  draft.identity("org_id", said::text(*whole, {"org", "id"}));
  const std::string transition = said::text(*whole, {"alert_transition"});
  draft.over = said::is_one_of(transition, {"Recovered"});
  draft.label("transition", transition);
  draft.label("alert_type", said::text(*whole, {"alert_type"}));
  draft.label("event_type", said::text(*whole, {"event_type"}));
  draft.tags(said::text(*whole, {"tags"}, limits.body_bytes));
  draft.tags(said::text(*whole, {"scopes"}, limits.body_bytes));
  const std::string message = said::text(*whole, {"body"}, limits.value_bytes);
  draft.annotation("message", message);
  draft.annotation("query", said::text(*whole, {"alert_query"}, limits.value_bytes));
  draft.annotation("organisation", said::text(*whole, {"org", "name"}));
  draft.annotation("cycle", said::text(*whole, {"cycle"}));
  draft.alert.name = without_brackets(said::text(*whole, {"title"}, 1000));
  draft.alert.summary = first_line(message);
  draft.alert.severity = said::text(*whole, {"severity"});
  if (draft.alert.severity.empty()) draft.alert.severity = said::text(*whole, {"alert_type"});
  draft.alert.generator_url = said::text(*whole, {"url"}, limits.value_bytes);
  std::optional<Timestamp> said_at = said::time(*whole, {"last_updated"});
  if (!said_at) said_at = said::time(*whole, {"date"});
  (draft.over ? draft.ended : draft.began) = said_at;
  return one_alert(std::move(draft).finish(received_at));
}

}  // namespace nightjar
