#include "wire/alerts/pagerduty.h"

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "wire/alerts/alert_draft.h"
#include "wire/alerts/pagerduty_keys.h"
#include "wire/alerts/said.h"
#include "wire/json/foreign.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kSummaryBytes = 1024;
constexpr std::size_t kDetailsAtMost = 40;

void require(const Json& payload, std::string_view field, std::vector<std::string>& errors) {
  if (said::text(payload, {field}).empty()) errors.push_back(fmt::format("'payload.{}' is missing or blank", field));
}

// Details are free; those that are plain become labels where a service is looked for, the rest stays readable.
void read_details(AlertDraft& draft, const Json& details, const AlertLimits& limits) {
  if (!details.is_object()) return draft.annotation("details", said::text(details, limits.value_bytes));
  std::size_t taken = 0;
  for (const auto& [name, value] : details.items()) {
    if (taken++ == kDetailsAtMost) break;
    const std::string text = said::text(value, limits.value_bytes);
    if (said::is_one_of(name, {"service", "service_name", "service.name", "app", "application", "job", "cluster",
                               "environment", "env", "instance"}))
      draft.label(name, text);
    else
      draft.annotation(name, text);
  }
}

std::string first_link(const Json& whole, const AlertLimits& limits) {
  const Json& links = foreign::at(whole, {"links"});
  return links.is_array() && !links.empty() ? said::text(links[0], {"href"}, limits.value_bytes) : std::string();
}

Alert read_alert(const Json& whole, const PagerDutyEvent& event, bool over, Timestamp received_at,
                 const AlertLimits& limits) {
  AlertDraft draft("pagerduty", limits);
  draft.identity("dedup_key", event.dedup_key);
  draft.identity("integration", integration_of(event.routing_key));
  draft.over = over;
  const Json& payload = foreign::at(whole, {"payload"});
  (over ? draft.ended : draft.began) = said::time(payload, {"timestamp"});
  for (const char* field : {"class", "component", "group", "source"}) draft.label(field, said::text(payload, {field}));
  read_details(draft, foreign::at(payload, {"custom_details"}), limits);
  draft.annotation("client", said::text(whole, {"client"}));
  draft.entity = said::text(payload, {"component"});
  draft.alert.name = said::text(payload, {"class"});
  draft.alert.summary = said::text(payload, {"summary"}, kSummaryBytes);
  if (draft.alert.name.empty()) draft.alert.name = cut(draft.alert.summary, 200);
  draft.alert.instance = {said::text(payload, {"source"})};
  draft.alert.severity = said::text(payload, {"severity"});
  draft.alert.generator_url = said::text(whole, {"client_url"}, limits.value_bytes);
  if (draft.alert.generator_url.empty()) draft.alert.generator_url = first_link(whole, limits);
  return std::move(draft).finish(received_at);
}

}  // namespace

absl::StatusOr<PagerDutyEvent> parse_pagerduty_event(std::string_view body, Timestamp received_at,
                                                     const AlertLimits& limits) {
  const auto whole = said::object(body, "PagerDuty event", limits);
  if (!whole.ok()) return whole.status();
  PagerDutyEvent event;
  event.routing_key = read_key(*whole, "routing_key", event.errors);
  if (event.routing_key.empty() && event.errors.empty()) event.errors.push_back("'routing_key' is missing or blank");
  event.dedup_key = read_key(*whole, "dedup_key", event.errors);
  const bool named = !event.dedup_key.empty();
  if (!named) event.dedup_key = to_hex(sha256(body)).substr(0, 32);

  const std::string action = said::text(*whole, {"event_action"});
  const bool trigger = action == "trigger", acknowledge = action == "acknowledge", resolve = action == "resolve";
  if (trigger) {
    for (const char* field : {"summary", "source", "severity"})
      require(foreign::at(*whole, {"payload"}), field, event.errors);
  } else if (!acknowledge && !resolve) {
    event.errors.push_back(fmt::format(
        "'event_action' is \"{}\"; it must be one of 'trigger', 'acknowledge', 'resolve'", cut(action, 60)));
  } else if (!named && event.errors.empty()) {
    event.errors.push_back(fmt::format("'dedup_key' is missing: which alert is to be {}d?", action));
  }
  if (event.errors.empty() && !acknowledge) event.alert = read_alert(*whole, event, resolve, received_at, limits);
  return event;
}

std::string without_routing_key(std::string_view body, std::string_view routing_key) {
  std::string shown(body);
  if (routing_key.empty()) return shown;
  for (std::size_t at = shown.find(routing_key); at != std::string::npos; at = shown.find(routing_key, at + 1))
    shown.replace(at, routing_key.size(), "…");
  return shown;
}

}  // namespace nightjar
