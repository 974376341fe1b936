// wire/prometheus/series.h
// The parts of a remote write body, read the same way by judge, decoder and counter: what one of them would refuse and
// another not cannot exist. Views point into the body. Used inside wire/prometheus only; throws protozero::exception on
// what is not protobuf. Pure.
// Source: prompb/types.proto and io/prometheus/write/v2/types.proto of Prometheus.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "wire/prometheus/metric_kind.h"
#include "wire/prometheus/remote_write.h"
#include "wire/protobuf.h"

namespace nightjar::prometheus {

struct Label {
  std::string_view name, value;
};
// Who a series is about: the first of these that has a value. The Collector writes job = namespace/name and instance =
// service.instance.id.
inline constexpr std::string_view kServiceLabels[] = {"service_name", "service", "job"};
inline constexpr std::string_view kInstanceLabel = "instance";
enum class LabelsFault : std::uint8_t { none, odd_references, reference_out_of_range };

// Version 2 sends each text once. Empty for version 1. Stops behind `limit` entries: more is for the judge to refuse.
std::vector<std::string_view> read_symbols(RemoteWriteVersion version, std::string_view body, std::size_t limit);

// What a series says beside its items.
struct SeriesHead {
  std::vector<Label> labels;  // as sent
  LabelsFault fault = LabelsFault::none;
  std::optional<MetricType> type;  // version 2
  std::string_view unit;           // version 2
  std::int64_t created_ms = 0;     // version 2, early drafts
};
// Hash of what read_head() would make a series from, without making it: labels, and of version 2 type and unit.
// `symbols` are hashed in the order of the body's list. Also says when a version 2 series was created.
Hash128 head_hash(RemoteWriteVersion version, std::string_view series, const std::vector<Hash128>& symbols,
                  std::int64_t& created_ms);
// Reuses the memory of `head`. More than `limit` labels are not read: one more shows that there were more.
void read_head(RemoteWriteVersion version, std::string_view series, const std::vector<std::string_view>& symbols,
               std::size_t limit, SeriesHead& head);

struct Sample {
  double value = 0;
  std::int64_t time_ms = 0, start_ms = 0;
};
Sample read_sample(std::string_view sample);

struct NativeHistogram {
  std::uint64_t count = 0;
  double sum = 0;
  std::int64_t time_ms = 0, start_ms = 0;
};
NativeHistogram read_histogram(std::string_view histogram);

// The NaN that says: this series has ended.
constexpr std::uint64_t kStaleMarker = 0x7ff0000000000002;
inline bool is_stale(double value) { return std::bit_cast<std::uint64_t>(value) == kStaleMarker; }

// Version 1 sends types beside the series, by family name.
struct Metadata {
  MetricType type = MetricType::unknown;
  std::string_view family, unit;
};
Metadata read_metadata(std::string_view metadata);

// Calls series(message) for each series of the body in order; version 1 also metadata(message).
template <class OnSeries, class OnMetadata>
void walk_request(RemoteWriteVersion version, std::string_view body, OnSeries series, OnMetadata metadata) {
  protobuf::Reader reader = protobuf::reader_of(body);
  const std::uint32_t series_field = protobuf::bytes(version == RemoteWriteVersion::one ? 1 : 5);
  const std::uint32_t metadata_field = version == RemoteWriteVersion::one ? protobuf::bytes(3) : 0;
  while (reader.next()) {
    const std::uint32_t field = reader.tag_and_type();
    if (field == series_field) {
      series(protobuf::view(reader));
    } else if (field == metadata_field) {
      metadata(protobuf::view(reader));
    } else {
      reader.skip();
    }
  }
}

// Calls sample(message) and histogram(message) for each item of a series in order, and exemplar() for each exemplar.
template <class OnSample, class OnHistogram, class OnExemplar>
void walk_items(RemoteWriteVersion version, std::string_view series, OnSample sample, OnHistogram histogram,
                OnExemplar exemplar) {
  protobuf::Reader reader = protobuf::reader_of(series);
  const bool one = version == RemoteWriteVersion::one;
  const std::uint32_t histogram_field = protobuf::bytes(one ? 4 : 3), exemplar_field = protobuf::bytes(one ? 3 : 4);
  while (reader.next()) {
    const std::uint32_t field = reader.tag_and_type();
    if (field == protobuf::bytes(2)) {
      sample(protobuf::view(reader));
    } else if (field == histogram_field) {
      histogram(protobuf::view(reader));
    } else if (field == exemplar_field) {
      reader.skip();
      exemplar();
    } else {
      reader.skip();
    }
  }
}

}  // namespace nightjar::prometheus
