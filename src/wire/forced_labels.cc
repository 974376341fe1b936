#include "wire/forced_labels.h"

#include <algorithm>

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

// The same series as the labels make it. `resource`: as they have made it already.
SeriesPtr forced_series(const SeriesIdentity& claimed, const Attributes& labels, const Resource& resource,
                        bool has_labels) {
  Attributes own = claimed.labels.to_attributes();
  SeriesClaim claim{resource.service.value, resource.instance.value, claimed.name, claimed.unit,
                    claimed.kind,           claimed.temporality};
  if (!has_labels) return make_series(claim, own);
  for (const auto& [key, value] : labels) force(own, series_label(key), value);
  claim.service = claimed.service.value;
  for (const std::string_view label : prometheus::kServiceLabels)
    if (const std::string_view named = find_attribute(own, label); !named.empty()) {
      claim.service = named;
      break;
    }
  claim.instance = find_attribute(own, prometheus::kInstanceLabel);
  return make_series(claim, own);
}

Hash128 hash_of(const Attributes& labels) {
  Hash128 hash;
  for (const auto& [key, value] : labels)
    for (const std::string* text : {&key, &value}) {
      const Hash128 part = stable_hash128(*text);
      hash = {combine_hash(hash.low, part.low), combine_hash(hash.high, part.high)};
    }
  return hash;
}

}  // namespace

void force_labels(Encoding encoding, const Attributes& labels, std::vector<Signals>& all, SeriesCatalogue& catalogue) {
  const Hash128 forced = hash_of(labels);
  for (Signals& signals : all) {
    // Series of remote write come under nobody's resource.
    const bool owned = !has_series_labels(encoding);
    if (owned) {
      for (const auto& [key, value] : labels) force(signals.resource.attributes, key, value);
      otlp::derive_identity(signals.resource);
    }
    const Hash128 owner{stable_hash(signals.resource.service.value), stable_hash(signals.resource.instance.value)};
    for (MetricPoint& point : signals.metrics) {
      const Hash128 head{combine_hash(combine_hash(forced.low, owner.low), point.id.value),
                         combine_hash(combine_hash(forced.high, owner.high), point.id.value)};
      const SeriesCatalogue::Known& known =
          catalogue.get(head, [&] { return forced_series(*point.series, labels, signals.resource, !owned); });
      point.series = known.series.get();
      point.id = known.id;
    }
  }
}

}  // namespace nightjar
