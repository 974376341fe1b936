#include "wire/alerts/grafana.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/alert_draft.h"
#include "wire/alerts/labelled_alert.h"
#include "wire/alerts/said.h"
#include "wire/json/foreign.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kValuesAtMost = 16;

// Grafana's own fields of an alert, in the words of our annotations.
constexpr std::pair<std::string_view, std::string_view> kLinks[] = {{"silenceURL", "silence_url"},
                                                                    {"dashboardURL", "dashboard_url"},
                                                                    {"panelURL", "panel_url"},
                                                                    {"imageURL", "image_url"},
                                                                    {"valueString", "value_string"}};

void annotate(const Json& whole, const Json& item, const AlertLimits& limits, Alert& alert) {
  const auto add = [&](std::string name, const std::string& value) {
    if (!value.empty()) alert.annotations.emplace_back(std::move(name), value);
  };
  for (const auto& [key, name] : kLinks) add(std::string(name), said::text(item, {key}, limits.value_bytes));
  if (const Json& values = foreign::at(item, {"values"}); values.is_object()) {
    std::size_t taken = 0;
    for (const auto& [query, value] : values.items())
      if (query.size() <= limits.name_bytes && taken++ < kValuesAtMost) add("value_" + query, said::text(value));
  }
  add("org_id", said::text(whole, {"orgId"}));
  sort_by_name(alert.annotations);  // a rule's own annotation of the same name comes first and stays
}

ReceivedAlerts read_unified(const Json& whole, Timestamp received_at, const AlertLimits& limits) {
  ReceivedAlerts received;
  if (const Json& more = foreign::at(whole, {"truncatedAlerts"}); more.is_number_unsigned())
    received.truncated = more.get<std::uint64_t>();
  const Json& items = foreign::at(whole, {"alerts"});
  for (std::size_t i = 0; i < items.size(); ++i) {
    Alert alert;
    if (std::string wrong = read_webhook_alert(whole, items[i], "grafana", received_at, limits, alert);
        !wrong.empty()) {
      received.refused.push_back({i, std::move(wrong)});
      continue;
    }
    annotate(whole, items[i], limits, alert);
    if (const std::string title = said::text(whole, {"title"}, limits.value_bytes);
        alert.summary.empty() || (alert.summary == alert.name && items.size() == 1 && !title.empty()))
      alert.summary = title;
    received.alerts.push_back(std::move(alert));
  }
  return received;
}

ReceivedAlerts read_legacy(const Json& whole, Timestamp received_at, const AlertLimits& limits) {
  const std::string state = said::text(whole, {"state"});
  if (said::is_one_of(state, {"pending"})) return ignored_because("pending: the rule has not been broken long enough");
  AlertDraft draft("grafana", limits);
  draft.identity("rule_id", said::text(whole, {"ruleId"}));
  draft.identity("rule_name", said::text(whole, {"ruleName"}));
  draft.identity("org_id", said::text(whole, {"orgId"}));
  draft.identity("rule_url", said::text(whole, {"ruleUrl"}, limits.value_bytes));
  draft.over = said::is_one_of(state, {"ok", "paused"});
  draft.label("state", state);
  if (const Json& tags = foreign::at(whole, {"tags"}); tags.is_object())
    for (const auto& [name, value] : tags.items()) draft.label(name, said::text(value, limits.value_bytes));
  if (const Json& matches = foreign::at(whole, {"evalMatches"}); matches.is_array()) {
    for (std::size_t i = 0; i < matches.size() && i < kValuesAtMost; ++i) {
      const std::string metric = said::text(matches[i], {"metric"}, 200);
      draft.annotation("value_" + (metric.empty() ? std::to_string(i) : metric), said::text(matches[i], {"value"}));
      const Json& tags = foreign::at(matches[i], {"tags"});
      if (i > 0 || !tags.is_object()) continue;
      for (const auto& [name, value] : tags.items()) draft.label(name, said::text(value, limits.value_bytes));
    }
  }
  draft.annotation("message", said::text(whole, {"message"}, limits.value_bytes));
  draft.annotation("image_url", said::text(whole, {"imageUrl"}, limits.value_bytes));
  draft.alert.name = said::text(whole, {"ruleName"});
  draft.alert.summary = said::text(whole, {"message"}, limits.value_bytes);
  if (draft.alert.summary.empty()) draft.alert.summary = said::text(whole, {"title"}, limits.value_bytes);
  draft.alert.generator_url = said::text(whole, {"ruleUrl"}, limits.value_bytes);
  return one_alert(std::move(draft).finish(received_at));
}

}  // namespace

absl::StatusOr<ReceivedAlerts> parse_grafana(std::string_view body, Timestamp received_at, const AlertLimits& limits) {
  const auto whole = said::object(body, "Grafana webhook", limits);
  if (!whole.ok()) return whole.status();
  const Json& items = foreign::at(*whole, {"alerts"});
  if (items.is_array()) {
    if (items.size() > limits.alerts)
      return too_large("Grafana webhook: {} alerts in one body, at most {} are taken", items.size(), limits.alerts);
    return read_unified(*whole, received_at, limits);
  }
  if (!said::text(*whole, {"ruleId"}).empty() || !said::text(*whole, {"ruleName"}).empty())
    return read_legacy(*whole, received_at, limits);
  return invalid_argument(
      "Grafana webhook: neither \"alerts\" (Grafana 9 and later) nor \"ruleId\" (before) is there; in the contact "
      "point use "
      "the integration Webhook without a custom payload");
}

}  // namespace nightjar
