#include "wire/alerts/alert_draft.h"

#include "base/text.h"
#include "wire/alerts/said.h"

namespace nightjar {

void sort_by_name(Attributes& attributes) {
  std::stable_sort(attributes.begin(), attributes.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  attributes.erase(std::unique(attributes.begin(), attributes.end(),
                               [](const auto& a, const auto& b) { return a.first == b.first; }),
                   attributes.end());
}

std::string first_of(const Attributes& sorted, std::initializer_list<std::string_view> names) {
  for (std::string_view name : names)
    if (const std::string_view value = find_attribute(sorted, name); !value.empty()) return std::string(value);
  return {};
}

std::string service_in(const Attributes& sorted) {
  return first_of(sorted, {"service", "service_name", "service.name", "app", "application", "job"});
}

AlertDraft::AlertDraft(std::string_view sender, const AlertLimits& limits) : limits_(limits) { alert.sender = sender; }

void AlertDraft::add(Attributes& into, std::string_view name, std::string_view value) {
  if (name.empty() || value.empty()) return;
  if (into.size() >= limits_.labels || name.size() > limits_.name_bytes) {
    ++left_out_;
    return;
  }
  into.emplace_back(name, cut(value, limits_.value_bytes));
}

void AlertDraft::identity(std::string_view name, std::string_view value) {
  add(identity_, name, value);
  add(alert.labels, name, value);
}

void AlertDraft::label(std::string_view name, std::string_view value) { add(alert.labels, name, value); }

void AlertDraft::annotation(std::string_view name, std::string_view value) { add(alert.annotations, name, value); }

void AlertDraft::tags(std::string_view list) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view tag = said::trimmed(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    const std::size_t colon = std::min(tag.find(':'), tag.find('='));
    if (colon == std::string_view::npos) {
      label(tag, "true");
    } else {
      label(said::trimmed(tag.substr(0, colon)), said::trimmed(tag.substr(colon + 1)));
    }
  }
}

Alert AlertDraft::finish(Timestamp received_at) && {
  if (left_out_ > 0) alert.annotations.emplace_back("left_out", std::to_string(left_out_));
  sort_by_name(alert.labels);
  sort_by_name(alert.annotations);
  identity_.emplace_back("sender", alert.sender);
  sort_by_name(identity_);
  alert.fingerprint = alert_fingerprint(identity_);

  if (alert.service.empty()) alert.service = {service_in(alert.labels)};
  if (alert.service.empty()) alert.service = {cut(entity, limits_.name_bytes)};
  if (alert.instance.empty()) alert.instance = {first_of(alert.labels, {"instance", "host", "hostname"})};
  if (alert.severity.empty()) alert.severity = first_of(alert.labels, {"severity", "priority"});
  alert.name = cut(alert.name, limits_.name_bytes);
  alert.summary = cut(alert.summary.empty() ? alert.name : alert.summary, limits_.value_bytes);

  const Timestamp end = std::min(ended.value_or(received_at), received_at);
  alert.starts_at = std::min(began.value_or(over ? end : received_at), received_at);
  if (over) alert.ends_at = std::max(end, alert.starts_at);
  return std::move(alert);
}

}  // namespace nightjar
