#include "wire/forced_labels.h"

#include <algorithm>
#include <map>

#include "wire/otlp/resource.h"
#include "wire/prometheus/series.h"

namespace nightjar {
namespace {

bool has_series_labels(Encoding encoding) {
  return encoding == Encoding::remote_write_1 || encoding == Encoding::remote_write_2;
}

void set_attribute(Attributes& attributes, const std::string& key, const std::string& value) {
  const auto place = std::lower_bound(attributes.begin(), attributes.end(), key,
                                      [](const auto& pair, const std::string& wanted) { return pair.first < wanted; });
  if (place != attributes.end() && place->first == key)
    place->second = value;
  else
    attributes.emplace(place, key, value);
}

void force(Attributes& attributes, const std::string& key, const std::string& value) {
  const std::string claimed(find_attribute(attributes, key));
  if (claimed == value) return;
  if (!claimed.empty()) set_attribute(attributes, "claimed_" + key, claimed);
  set_attribute(attributes, key, value);
}

// "service.name" -> "service_name": what a label of Prometheus may be called.
std::string series_label(std::string_view key) {
  std::string name(key);
  for (char& c : name)
    if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9')) c = '_';
  return name;
}

bool names_an_owner(std::string_view label) {
  const auto& services = prometheus::kServiceLabels;
  return label == prometheus::kInstanceLabel ||
         std::find(std::begin(services), std::end(services), label) != std::end(services);
}

// Series are grouped by who they are about, and that may have changed for each of them.
std::vector<Signals> grouped_again(std::vector<Signals> all) {
  std::vector<Signals> result;
  std::map<std::pair<std::string, std::string>, std::size_t> groups;
  for (Signals& signals : all) {
    for (MetricPoint& point : signals.metrics) {
      std::string service(find_attribute(signals.resource.attributes, "service.name"));
      for (std::string_view label : prometheus::kServiceLabels) {
        const std::string_view named = find_attribute(point.attributes, label);
        if (named.empty()) continue;
        service = std::string(named);
        break;
      }
      std::string instance(find_attribute(point.attributes, prometheus::kInstanceLabel));
      const auto [place, is_new] = groups.try_emplace({service, instance}, result.size());
      if (is_new) {
        Signals& group = result.emplace_back();
        group.scope = signals.scope;
        group.resource = signals.resource;
        set_attribute(group.resource.attributes, "service.name", service);
        if (!instance.empty()) set_attribute(group.resource.attributes, "service.instance.id", instance);
      }
      result[place->second].metrics.push_back(std::move(point));
    }
  }
  return result;
}

}  // namespace

void force_labels(Encoding encoding, const Attributes& labels, std::vector<Signals>& all) {
  if (has_series_labels(encoding)) {
    bool owners_change = false;
    for (const auto& [key, value] : labels) {
      const std::string label = series_label(key);
      owners_change = owners_change || names_an_owner(label);
      for (Signals& signals : all)
        for (MetricPoint& point : signals.metrics) force(point.attributes, label, value);
    }
    if (owners_change) all = grouped_again(std::move(all));
  }
  for (Signals& signals : all) {
    for (const auto& [key, value] : labels) force(signals.resource.attributes, key, value);
    otlp::derive_identity(signals.resource);
  }
}

}  // namespace nightjar
