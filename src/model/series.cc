#include "model/series.h"

#include "base/hash.h"
#include "base/text.h"

namespace nightjar {
namespace {

void append(std::string& packed, std::string_view text) {
  packed.push_back(static_cast<char>(text.size() & 0xff));
  packed.push_back(static_cast<char>(text.size() >> 8));
  packed += text;
}

SeriesId id_of(const SeriesIdentity& series, const Attributes& labels) {
  std::uint64_t hash = combine_hash(stable_hash(series.service.value, 61), stable_hash(series.instance.value, 62));
  hash = combine_hash(hash, stable_hash(series.name, 63));
  for (const auto& [key, value] : labels)
    hash = combine_hash(hash, combine_hash(stable_hash(key, 64), stable_hash(value, 65)));
  return {hash == 0 ? 1 : hash};
}

}  // namespace

LabelSet::LabelSet(const Attributes& labels) {
  std::size_t size = 0;
  for (const auto& [key, value] : labels) size += 4 + std::min(key.size(), kLongest) + std::min(value.size(), kLongest);
  packed_.reserve(size);
  for (const auto& [key, value] : labels) {
    append(packed_, key.size() <= kLongest ? key : cut(key, kLongest));
    append(packed_, value.size() <= kLongest ? value : cut(value, kLongest));
  }
}

std::string_view LabelSet::find(std::string_view key) const {
  std::string_view found;
  for_each([&](std::string_view k, std::string_view value) {
    if (k == key) found = value;
  });
  return found;
}

Attributes LabelSet::to_attributes() const {
  Attributes attributes;
  for_each([&](std::string_view key, std::string_view value) { attributes.emplace_back(key, value); });
  return attributes;
}

std::string series_text(std::string_view name, const Attributes& labels) {
  std::string text(name);
  char before = '{';
  for (const auto& [key, value] : labels) {
    text += before;
    text += key + "=\"" + value + '"';
    before = ',';
  }
  return labels.empty() ? text : text + "}";
}

SeriesPtr make_series(const SeriesClaim& claim, const Attributes& labels) {
  auto series = std::make_shared<SeriesIdentity>();
  std::string_view service = claim.service == "unknown_service" ? std::string_view() : claim.service;
  for (const std::string_view key : {"service", "service_name", "job"})
    if (service.empty()) service = find_attribute(labels, key);
  series->service.value = std::string(service);
  series->instance.value = std::string(claim.instance.empty() ? find_attribute(labels, "instance") : claim.instance);
  series->name = std::string(claim.name);
  series->unit = std::string(claim.unit);
  series->kind = claim.kind;
  series->temporality = claim.temporality;
  series->id = id_of(*series, labels);
  series->labels = LabelSet(labels);
  return series;
}

SeriesId counter_id_of_histogram(const SeriesIdentity& histogram, std::string_view suffix) {
  return {combine_hash(histogram.id.value, stable_hash(suffix, 66))};
}

SeriesPtr counter_of_histogram(const SeriesIdentity& histogram, std::string_view suffix) {
  auto series = std::make_shared<SeriesIdentity>(histogram);
  series->id = counter_id_of_histogram(histogram, suffix);
  series->name += suffix;
  series->kind = MetricKind::counter;
  return series;
}

}  // namespace nightjar
