#include "wire/alertmanager/alerts.h"

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "wire/alertmanager/split_array.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

constexpr int kDepth = 32;

// Labels or annotations: an object of texts -> sorted pairs. Empty values mean "not set", as they do to Prometheus.
// Returns what is wrong, or "".
std::string read_texts(const Json& object, std::string_view what, const AlertLimits& limits, Attributes& into) {
  if (object.is_null()) return {};
  if (!object.is_object()) return fmt::format("{} is not an object", what);
  if (object.size() > limits.labels)
    return fmt::format("{} {}, at most {} are taken", object.size(), what, limits.labels);
  for (const auto& [name, value] : object.items()) {  // in byte order of the names
    if (name.empty()) return fmt::format("a name in {} is empty", what);
    if (name.size() > limits.name_bytes)
      return fmt::format("a name in {} is {} bytes long, at most {} are taken", what, name.size(), limits.name_bytes);
    const auto* text = value.get_ptr<const std::string*>();
    if (!text) return fmt::format("{}.{} is not text", what, cut(name, 60));
    if (!text->empty()) into.emplace_back(name, cut(*text, limits.value_bytes));
  }
  return {};
}

std::string first_of(const Attributes& attributes, std::initializer_list<std::string_view> names) {
  for (std::string_view name : names)
    if (const std::string_view value = find_attribute(attributes, name); !value.empty()) return std::string(value);
  return {};
}

// Absent, null and Go's zero time mean none. False: there is something, and it is no time.
bool read_time(const Json& item, std::string_view key, std::optional<Timestamp>& into) {
  const Json& found = foreign::at(item, {key});
  if (found.is_null() || (found.is_string() && found.get_ref<const std::string&>().empty())) return true;
  if (!found.is_string()) return false;
  if (found.get_ref<const std::string&>().starts_with("0001-01-01T")) return true;
  into = foreign::time(item, {key});
  return into.has_value();
}

// What both doors have in common. Returns what is wrong, or "".
std::string read_alert(const Json& item, std::string_view sender, Timestamp received_at, const AlertLimits& limits,
                       Alert& alert) {
  if (!item.is_object()) return fmt::format("it is {}, not an object", item.type_name());
  if (std::string wrong = read_texts(foreign::at(item, {"labels"}), "labels", limits, alert.labels); !wrong.empty())
    return wrong;
  if (alert.labels.empty()) return "it has no labels";
  if (std::string wrong = read_texts(foreign::at(item, {"annotations"}), "annotations", limits, alert.annotations);
      !wrong.empty())
    return wrong;
  std::optional<Timestamp> starts_at;
  if (!read_time(item, "startsAt", starts_at)) return "startsAt is not an RFC 3339 time";
  if (!read_time(item, "endsAt", alert.ends_at)) return "endsAt is not an RFC 3339 time";
  alert.starts_at = starts_at ? *starts_at : alert.ends_at ? std::min(*alert.ends_at, received_at) : received_at;
  if (alert.ends_at && *alert.ends_at < alert.starts_at) return "endsAt is before startsAt";
  alert.fingerprint = alert_fingerprint(alert.labels);
  alert.name = first_of(alert.labels, {"alertname"});
  alert.service = {first_of(alert.labels, {"service", "service_name", "app", "job"})};
  alert.instance = {first_of(alert.labels, {"instance"})};
  alert.severity = first_of(alert.labels, {"severity", "priority"});
  alert.summary = first_of(alert.annotations, {"summary", "description", "message"});
  if (alert.summary.empty()) alert.summary = alert.name;
  alert.sender = sender;
  alert.generator_url = foreign::text(item, {"generatorURL"}, limits.value_bytes);
  return {};
}

}  // namespace

std::uint64_t alert_fingerprint(const Attributes& sorted_labels) {
  std::uint64_t hash = stable_hash("alert");
  for (const auto& [name, value] : sorted_labels)
    hash = combine_hash(combine_hash(hash, stable_hash(name)), stable_hash(value));
  return hash;
}

absl::StatusOr<ReceivedAlerts> parse_alerts_v2(std::string_view body, Timestamp received_at,
                                               const AlertLimits& limits) {
  if (body.size() > limits.body_bytes)
    return too_large("alerts: {} bytes, at most {} are taken; send fewer in one body", body.size(), limits.body_bytes);
  const auto items = split_array(body, kDepth);
  if (!items) return invalid_argument("alerts: expected a JSON array of alerts; nothing of this body was kept");
  if (items->size() > limits.alerts)
    return too_large("alerts: {} in one body, at most {} are taken; send fewer", items->size(), limits.alerts);
  ReceivedAlerts received;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto item = parse_json((*items)[i], fmt::format("alerts[{}]", i), {limits.body_bytes, kDepth});
    if (!item.ok()) return item.status();
    Alert alert;
    std::string wrong = read_alert(*item, "prometheus", received_at, limits, alert);
    if (!wrong.empty()) {
      received.refused.push_back({i, std::move(wrong)});
      continue;
    }
    if (alert.ends_at && *alert.ends_at > received_at) alert.ends_at.reset();
    received.alerts.push_back(std::move(alert));
  }
  return received;
}

absl::StatusOr<ReceivedAlerts> parse_alert_webhook(std::string_view body, Timestamp received_at,
                                                   const AlertLimits& limits) {
  const auto whole = parse_json(body, "alert webhook", {limits.body_bytes, kDepth});
  if (!whole.ok()) return whole.status();
  const Json& items = foreign::at(*whole, {"alerts"});
  if (!items.is_array())
    return invalid_argument(
        "alert webhook: expected an object with an \"alerts\" array (Alertmanager's version 4, Grafana's version 1); "
        "nothing of this body was kept");
  if (items.size() > limits.alerts)
    return too_large("alert webhook: {} alerts in one body, at most {} are taken", items.size(), limits.alerts);
  ReceivedAlerts received;
  if (const Json& more = foreign::at(*whole, {"truncatedAlerts"}); more.is_number_unsigned())
    received.truncated = more.get<std::uint64_t>();
  const std::string_view sender = foreign::at(*whole, {"orgId"}).is_null() ? "alertmanager" : "grafana";
  for (std::size_t i = 0; i < items.size(); ++i) {
    Alert alert;
    std::string wrong = read_alert(items[i], sender, received_at, limits, alert);
    const std::string status = foreign::text(items[i], {"status"}).empty() ? foreign::text(*whole, {"status"})
                                                                           : foreign::text(items[i], {"status"});
    if (wrong.empty() && status != "firing" && status != "resolved")
      wrong = fmt::format("status is \"{}\", neither firing nor resolved", cut(status, 60));
    if (!wrong.empty()) {
      received.refused.push_back({i, std::move(wrong)});
      continue;
    }
    if (status == "firing")
      alert.ends_at.reset();
    else if (!alert.ends_at || *alert.ends_at > received_at)
      alert.ends_at = std::max(received_at, alert.starts_at);
    received.alerts.push_back(std::move(alert));
  }
  return received;
}

}  // namespace nightjar
