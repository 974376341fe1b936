#include "wire/alerts/sentry.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/alert_draft.h"
#include "wire/alerts/said.h"
#include "wire/json/foreign.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kTagsAtMost = 64;

// The segment after `marker` in an API address: ".../issues/1170820242/" with "/issues/" -> "1170820242".
std::string segment_after(std::string_view url, std::string_view marker) {
  const std::size_t at = url.find(marker);
  if (at == std::string_view::npos) return {};
  url.remove_prefix(at + marker.size());
  return std::string(url.substr(0, std::min(url.find('/'), url.size())));
}

// The slug of a project, from ".../api/0/projects/<organisation>/<project>/events/...".
std::string project_in(std::string_view url) {
  const std::string organisation = segment_after(url, "/projects/");
  return organisation.empty() ? std::string() : segment_after(url, "/projects/" + organisation + "/");
}

ReceivedAlerts read_event_alert(const Json& data, Timestamp received_at, const AlertLimits& limits) {
  const Json& event = foreign::at(data, {"event"});
  AlertDraft draft("sentry", limits);
  std::string issue = said::text(event, {"issue_id"});
  if (issue.empty()) issue = segment_after(said::text(event, {"issue_url"}, 1024), "/issues/");
  if (!issue.empty()) {
    draft.identity("issue_id", issue);
  } else {
    draft.identity("event_id", said::text(event, {"event_id"}));
  }
  draft.began = said::time(event, {"datetime"});
  if (!draft.began) draft.began = said::time(event, {"timestamp"});
  if (const Json& tags = foreign::at(event, {"tags"}); tags.is_array())
    for (std::size_t i = 0; i < tags.size() && i < kTagsAtMost; ++i)
      if (tags[i].is_array() && tags[i].size() == 2)
        draft.label(said::text(tags[i][0]), said::text(tags[i][1], limits.value_bytes));
  draft.label("environment", said::text(event, {"environment"}));
  draft.label("release", said::text(event, {"release"}));
  draft.label("platform", said::text(event, {"platform"}));
  draft.label("rule", said::text(data, {"triggered_rule"}));
  draft.entity = project_in(said::text(event, {"url"}, 1024));
  draft.annotation("culprit", said::text(event, {"culprit"}, limits.value_bytes));
  draft.annotation("message", said::text(event, {"message"}, limits.value_bytes));
  draft.alert.name = said::text(data, {"triggered_rule"});
  draft.alert.severity = said::text(event, {"level"});
  draft.alert.summary = said::text(event, {"title"}, limits.value_bytes);
  if (draft.alert.name.empty()) draft.alert.name = cut(draft.alert.summary, 200);
  draft.alert.generator_url = said::text(event, {"web_url"}, limits.value_bytes);
  return one_alert(std::move(draft).finish(received_at));
}

// A rule has at most one metric alert open, so the rule is what is the same from one to the next.
ReceivedAlerts read_metric_alert(const Json& data, const std::string& action, Timestamp received_at,
                                 const AlertLimits& limits) {
  const Json& metric = foreign::at(data, {"metric_alert"});
  AlertDraft draft("sentry", limits);
  const std::string rule = said::text(metric, {"alert_rule", "id"});
  draft.identity(rule.empty() ? "metric_alert_id" : "rule_id", rule.empty() ? said::text(metric, {"id"}) : rule);
  draft.identity("organisation_id", said::text(metric, {"organization_id"}));
  draft.over = said::is_one_of(action, {"resolved"});
  draft.began = said::time(metric, {"date_started"});
  if (!draft.began) draft.began = said::time(metric, {"date_detected"});
  draft.ended = said::time(metric, {"date_closed"});
  draft.label("action", action);
  draft.label("environment", said::text(metric, {"alert_rule", "environment"}));
  if (const Json& projects = foreign::at(metric, {"projects"}); projects.is_array() && !projects.empty())
    draft.entity = said::text(projects[0]);
  draft.label("project", draft.entity);
  draft.annotation("query", said::text(metric, {"alert_rule", "query"}, limits.value_bytes));
  draft.annotation("aggregate", said::text(metric, {"alert_rule", "aggregate"}));
  draft.alert.name = said::text(metric, {"alert_rule", "name"});
  if (draft.alert.name.empty()) draft.alert.name = said::text(metric, {"title"});
  draft.alert.severity = action;
  draft.alert.summary = said::text(data, {"description_text"}, limits.value_bytes);
  draft.alert.generator_url = said::text(data, {"web_url"}, limits.value_bytes);
  return one_alert(std::move(draft).finish(received_at));
}

// Only an end is of interest: what begins is the rules' business, or each new issue would be an alert.
ReceivedAlerts read_issue(const Json& data, const std::string& action, Timestamp received_at,
                          const AlertLimits& limits) {
  if (!said::is_one_of(action, {"resolved", "archived", "ignored"}))
    return ignored_because("an issue's life other than its end: alert rules say what is an alert");
  const Json& issue = foreign::at(data, {"issue"});
  AlertDraft draft("sentry", limits);
  draft.identity("issue_id", said::text(issue, {"id"}));
  draft.over = true;
  draft.label("status", said::text(issue, {"status"}));
  draft.entity = said::text(issue, {"project", "slug"});
  draft.alert.name = said::text(issue, {"title"});
  draft.alert.severity = said::text(issue, {"level"});
  draft.alert.generator_url = said::text(issue, {"web_url"}, limits.value_bytes);
  return one_alert(std::move(draft).finish(received_at));
}

}  // namespace

absl::StatusOr<ReceivedAlerts> parse_sentry(std::string_view body, Timestamp received_at, const AlertLimits& limits) {
  const auto whole = said::object(body, "Sentry webhook", limits);
  if (!whole.ok()) return whole.status();
  const Json& data = foreign::at(*whole, {"data"});
  const std::string action = said::text(*whole, {"action"});
  if (!data.is_object() || action.empty())
    return invalid_argument(
        "Sentry webhook: \"action\" or \"data\" is missing; use an internal integration's webhook, not the older "
        "plugin's");
  if (foreign::at(data, {"event"}).is_object()) {
    if (said::text(data, {"event", "issue_url"}, 1024).empty() && said::text(data, {"event", "issue_id"}).empty() &&
        said::text(data, {"event", "event_id"}).empty())
      return invalid_argument("Sentry issue alert: data.event names neither an issue nor an event");
    return read_event_alert(data, received_at, limits);
  }
  if (foreign::at(data, {"metric_alert"}).is_object()) {
    if (said::text(data, {"metric_alert", "alert_rule", "id"}).empty() &&
        said::text(data, {"metric_alert", "id"}).empty())
      return invalid_argument("Sentry metric alert: data.metric_alert names neither a rule nor itself");
    return read_metric_alert(data, action, received_at, limits);
  }
  if (foreign::at(data, {"issue"}).is_object()) {
    if (said::text(data, {"issue", "id"}).empty()) return invalid_argument("Sentry issue: data.issue.id is missing");
    return read_issue(data, action, received_at, limits);
  }
  return ignored_because("a resource that is no alert: installation, error or comment");
}

}  // namespace nightjar
