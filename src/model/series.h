// model/series.h
// What a metric series is, apart from its values: whose it is, its name and its labels. Made once, when a decoder first
// meets the series (wire/series_catalogue.h), and shared by all its points and by whoever keeps something about it;
// never changed afterwards, so any thread may read it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "model/attributes.h"
#include "model/ids.h"

namespace nightjar {

enum class MetricKind : std::uint8_t { gauge, counter, histogram, summary, unknown };
enum class Temporality : std::uint8_t { unspecified, delta, cumulative };

// Labels in one piece of memory: a million series have ten million of them. Ascending by key, keys differ.
class LabelSet {
 public:
  LabelSet() = default;
  // `labels` ascending by key. Keys and values are cut at kLongest bytes.
  explicit LabelSet(const Attributes& labels);

  static constexpr std::size_t kLongest = 256;

  bool empty() const { return packed_.empty(); }
  std::string_view find(std::string_view key) const;  // "" when absent
  Attributes to_attributes() const;
  // visit(key, value), ascending by key.
  template <class Visit>
  void for_each(const Visit& visit) const {
    std::string_view rest = packed_;
    while (!rest.empty()) {
      const std::string_view key = take(rest), value = take(rest);
      visit(key, value);
    }
  }
  bool operator==(const LabelSet&) const = default;
  template <class Archive>
  void carry(Archive& archive) {
    archive(packed_);
  }

 private:
  static std::string_view take(std::string_view& rest) {
    const std::size_t length = static_cast<unsigned char>(rest[0]) | std::size_t{static_cast<unsigned char>(rest[1])}
                                                                         << 8;
    const std::string_view text = rest.substr(2, length);
    rest.remove_prefix(2 + length);
    return text;
  }
  std::string packed_;  // each text behind its length in two bytes
};

// `name{key="value",…}` as people write it; the series' name everywhere.
std::string series_text(std::string_view name, const Attributes& labels);

struct SeriesIdentity : std::enable_shared_from_this<SeriesIdentity> {
  SeriesId id;          // hash of the service, instance, name and labels; never 0
  ServiceName service;  // "" when neither resource nor labels tell
  InstanceName instance;
  std::string name, unit;
  MetricKind kind = MetricKind::unknown;               // as said by the sender
  Temporality temporality = Temporality::unspecified;  // of counters and histograms
  LabelSet labels;                                     // the point's own, not the resource's
  template <class Archive>
  void carry(Archive& archive) {
    archive(id, service, instance, name, unit, kind, temporality, labels);
  }
  std::string text() const { return series_text(name, labels.to_attributes()); }
};
using SeriesPtr = std::shared_ptr<const SeriesIdentity>;

// What a sender says of a series. Views are borrowed for the call.
struct SeriesClaim {
  std::string_view service, instance;  // of the resource; "" or "unknown_service": the labels may know
  std::string_view name, unit;
  MetricKind kind = MetricKind::unknown;
  Temporality temporality = Temporality::unspecified;
};
// `labels` ascending by key. The version is no part of a series: a deploy does not begin a new one.
SeriesPtr make_series(const SeriesClaim& claim, const Attributes& labels);
// The counter that a histogram brings beside its buckets: `suffix` "_count" or "_sum".
SeriesId counter_id_of_histogram(const SeriesIdentity& histogram, std::string_view suffix);
SeriesPtr counter_of_histogram(const SeriesIdentity& histogram, std::string_view suffix);

}  // namespace nightjar
