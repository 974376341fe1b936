#include "wire/alerts/labelled_alert.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/alert_draft.h"
#include "wire/json/foreign.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

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

// Absent, null and Go's zero time mean none. False: there is something, and it is no time.
bool read_time(const Json& item, std::string_view key, std::optional<Timestamp>& into) {
  const Json& found = foreign::at(item, {key});
  if (found.is_null() || (found.is_string() && found.get_ref<const std::string&>().empty())) return true;
  if (!found.is_string()) return false;
  if (found.get_ref<const std::string&>().starts_with("0001-01-01T")) return true;
  into = foreign::time(item, {key});
  return into.has_value();
}

}  // namespace

std::string read_labelled_alert(const Json& item, std::string_view sender, Timestamp received_at,
                                const AlertLimits& limits, Alert& alert) {
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
  alert.service = {service_in(alert.labels)};
  alert.instance = {first_of(alert.labels, {"instance"})};
  alert.severity = first_of(alert.labels, {"severity", "priority"});
  alert.summary = first_of(alert.annotations, {"summary", "description", "message"});
  if (alert.summary.empty()) alert.summary = alert.name;
  alert.sender = sender;
  alert.generator_url = foreign::text(item, {"generatorURL"}, limits.value_bytes);
  return {};
}

std::string read_webhook_alert(const Json& whole, const Json& item, std::string_view sender, Timestamp received_at,
                               const AlertLimits& limits, Alert& alert) {
  if (std::string wrong = read_labelled_alert(item, sender, received_at, limits, alert); !wrong.empty()) return wrong;
  std::string status = foreign::text(item, {"status"});
  if (status.empty()) status = foreign::text(whole, {"status"});
  if (status == "firing") {
    alert.ends_at.reset();
  } else if (status == "resolved") {
    if (!alert.ends_at || *alert.ends_at > received_at) alert.ends_at = std::max(received_at, alert.starts_at);
  } else {
    return fmt::format("status is \"{}\", neither firing nor resolved", cut(status, 60));
  }
  return {};
}

}  // namespace nightjar
