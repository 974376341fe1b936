#include <optional>

#include "base/hash.h"
#include "base/text.h"
#include "wire/item_filter.h"
#include "wire/limits.h"
#include "wire/otlp/attributes.h"
#include "wire/otlp/decoders.h"
#include "wire/otlp/exponential_histogram.h"
#include "wire/otlp/resource.h"

namespace nightjar::otlp {
namespace {

using protobuf::Reader;

constexpr std::uint64_t kNoRecordedValue = 1;  // bit of a point's flags: the Collector's form of the stale marker

Temporality temporality_of(std::uint64_t number) {
  return number <= static_cast<std::uint64_t>(Temporality::cumulative) ? static_cast<Temporality>(number)
                                                                       : Temporality::unspecified;
}

// Where a point lies: what is said of it outside of itself.
struct Outer {
  std::string_view resource;  // message
  Hash128 resource_hash;
  std::optional<Resource> read;  // when first needed
  std::string_view name, unit;
  MetricKind kind = MetricKind::gauge;
  Temporality temporality = Temporality::unspecified;
  Hash128 metric_hash;  // of resource, name, unit, kind, temporality
};

Hash128 combine(const Hash128& a, const Hash128& b) {
  return {combine_hash(a.low, b.low), combine_hash(a.high, b.high)};
}

// What the four kinds of points share: start time 2, time 3. False: not one of those.
bool read_times(Reader& reader, MetricPoint& point) {
  switch (reader.tag_and_type()) {
    case protobuf::fixed64(2):
      point.start = read_time(reader.get_fixed64());
      return true;
    case protobuf::fixed64(3):
      point.time = read_time(reader.get_fixed64());
      return true;
    default:
      return false;
  }
}

void read_number(std::string_view message, MetricPoint& point, std::vector<std::string_view>& attributes) {
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    if (read_times(reader, point)) continue;
    switch (reader.tag_and_type()) {
      case protobuf::fixed64(4):
        point.value = reader.get_double();
        break;
      case protobuf::fixed64(6):
        point.value = static_cast<double>(reader.get_sfixed64());
        break;
      case protobuf::bytes(7):
        attributes.push_back(protobuf::view(reader));
        break;
      case protobuf::varint(8):
        point.stale = (reader.get_uint64() & kNoRecordedValue) != 0;
        break;
      default:
        reader.skip();
    }
  }
}

void read_histogram(std::string_view message, MetricPoint& point, std::vector<std::string_view>& attributes) {
  HistogramPoint histogram;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    if (read_times(reader, point)) continue;
    switch (reader.tag_and_type()) {
      case protobuf::fixed64(4):
        histogram.count = reader.get_fixed64();
        break;
      case protobuf::fixed64(5):
        histogram.sum = reader.get_double();
        break;
      case protobuf::fixed64(6):
        histogram.counts.push_back(reader.get_fixed64());
        break;
      case protobuf::bytes(6):
        for (std::uint64_t count : reader.get_packed_fixed64()) histogram.counts.push_back(count);
        break;
      case protobuf::fixed64(7):
        histogram.bounds.push_back(reader.get_double());
        break;
      case protobuf::bytes(7):
        for (double bound : reader.get_packed_double()) histogram.bounds.push_back(bound);
        break;
      case protobuf::bytes(9):
        attributes.push_back(protobuf::view(reader));
        break;
      case protobuf::varint(10):
        point.stale = (reader.get_uint64() & kNoRecordedValue) != 0;
        break;
      default:
        reader.skip();
    }
  }
  settle_buckets(histogram);
  point.histogram = std::make_shared<HistogramPoint>(std::move(histogram));
}

ExponentialBuckets read_buckets(std::string_view message) {
  ExponentialBuckets buckets;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::varint(1):
        buckets.offset = reader.get_sint32();
        break;
      case protobuf::varint(2):
        buckets.counts.push_back(reader.get_uint64());
        break;
      case protobuf::bytes(2):
        for (std::uint64_t count : reader.get_packed_uint64()) buckets.counts.push_back(count);
        break;
      default:
        reader.skip();
    }
  }
  return buckets;
}

void read_exponential(std::string_view message, MetricPoint& point, std::vector<std::string_view>& attributes) {
  ExponentialHistogram histogram;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    if (read_times(reader, point)) continue;
    switch (reader.tag_and_type()) {
      case protobuf::bytes(1):
        attributes.push_back(protobuf::view(reader));
        break;
      case protobuf::fixed64(4):
        histogram.count = reader.get_fixed64();
        break;
      case protobuf::fixed64(5):
        histogram.sum = reader.get_double();
        break;
      case protobuf::varint(6):
        histogram.scale = reader.get_sint32();
        break;
      case protobuf::fixed64(7):
        histogram.zero_count = reader.get_fixed64();
        break;
      case protobuf::bytes(8):
        histogram.positive = read_buckets(protobuf::view(reader));
        break;
      case protobuf::bytes(9):
        histogram.negative = read_buckets(protobuf::view(reader));
        break;
      case protobuf::varint(10):
        point.stale = (reader.get_uint64() & kNoRecordedValue) != 0;
        break;
      default:
        reader.skip();
    }
  }
  point.histogram = std::make_shared<HistogramPoint>(to_explicit(histogram));
}

// A summary becomes the two counters it stands for, as Prometheus names them. Its quantiles cannot be added up across
// instances, so nothing here could use them.
void read_summary(std::string_view message, MetricPoint& count, double& sum,
                  std::vector<std::string_view>& attributes) {
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    if (read_times(reader, count)) continue;
    switch (reader.tag_and_type()) {
      case protobuf::fixed64(4):
        count.value = static_cast<double>(reader.get_fixed64());
        break;
      case protobuf::fixed64(5):
        sum = reader.get_double();
        break;
      case protobuf::bytes(7):
        attributes.push_back(protobuf::view(reader));
        break;
      case protobuf::varint(8):
        count.stale = (reader.get_uint64() & kNoRecordedValue) != 0;
        break;
      default:
        reader.skip();
    }
  }
}

class MetricsDecoder {
 public:
  MetricsDecoder(const Verdict& verdict, SeriesCatalogue& catalogue) : filter_(verdict), catalogue_(catalogue) {}

  std::vector<Signals> decode(std::string_view body) {
    Reader request = protobuf::reader_of(body);
    while (request.next()) {
      if (request.tag_and_type() == protobuf::bytes(1)) {
        decode_resource(protobuf::view(request));
      } else {
        request.skip();
      }
    }
    return std::move(all_);
  }

 private:
  // What is said of the points may come after them (the Collector sends field 2 before 1), so each message is looked
  // through twice: for what it says, then for what it holds.
  void decode_resource(std::string_view message) {
    outer_.resource = {};
    Reader first = protobuf::reader_of(message);
    while (first.next()) {
      if (first.tag_and_type() == protobuf::bytes(1)) {
        outer_.resource = protobuf::view(first);
      } else {
        first.skip();
      }
    }
    outer_.resource_hash = stable_hash128(outer_.resource);
    outer_.read.reset();
    Reader second = protobuf::reader_of(message);
    while (second.next()) {
      if (second.tag_and_type() == protobuf::bytes(2)) {
        decode_scope(protobuf::view(second));
      } else {
        second.skip();
      }
    }
  }

  void decode_scope(std::string_view message) {
    std::string_view scope;
    points_.clear();
    Reader reader = protobuf::reader_of(message);
    while (reader.next()) {
      switch (reader.tag_and_type()) {
        case protobuf::bytes(1):
          scope = protobuf::view(reader);
          break;
        case protobuf::bytes(2):
          decode_metric(protobuf::view(reader));
          break;
        default:
          reader.skip();
      }
    }
    if (points_.empty()) return;
    Signals& signals = all_.emplace_back();
    signals.resource = resource();
    signals.scope = read_scope_name(scope);
    signals.metrics = std::move(points_);
  }

  const Resource& resource() {
    if (!outer_.read) outer_.read = read_resource(outer_.resource);
    return *outer_.read;
  }

  void decode_metric(std::string_view message) {
    outer_.name = outer_.unit = {};
    Reader first = protobuf::reader_of(message);
    while (first.next()) {
      if (first.tag_and_type() == protobuf::bytes(1)) {
        outer_.name = protobuf::view(first);
      } else if (first.tag_and_type() == protobuf::bytes(3)) {
        outer_.unit = protobuf::view(first);
      } else {
        first.skip();
      }
    }
    Reader second = protobuf::reader_of(message);
    while (second.next()) {
      switch (second.tag_and_type()) {
        case protobuf::bytes(5):
        case protobuf::bytes(7):
        case protobuf::bytes(9):
        case protobuf::bytes(10):
        case protobuf::bytes(11): {
          const std::uint32_t number = second.tag();  // the view below moves on
          decode_points(number, protobuf::view(second));
          break;
        }
        default:
          second.skip();
      }
    }
  }

  // Gauge 5, Sum 7, Histogram 9, ExponentialHistogram 10, Summary 11: each {1: points, 2: temporality, 3: monotonic}.
  void decode_points(std::uint32_t number, std::string_view message) {
    Temporality temporality = Temporality::unspecified;
    bool monotonic = false;
    Reader first = protobuf::reader_of(message);
    while (first.next()) {
      switch (first.tag_and_type()) {
        case protobuf::varint(2):
          temporality = temporality_of(first.get_uint64());
          break;
        case protobuf::varint(3):
          monotonic = protobuf::flag(first);
          break;
        default:
          first.skip();
      }
    }
    describe(number, temporality, monotonic);
    Reader second = protobuf::reader_of(message);
    while (second.next()) {
      if (second.tag_and_type() == protobuf::bytes(1)) {
        const std::string_view point = protobuf::view(second);
        if (filter_.keep_next()) decode_point(number, point);
      } else {
        second.skip();
      }
    }
  }

  void describe(std::uint32_t number, Temporality temporality, bool monotonic) {
    // A sum that may fall is a level like any gauge.
    outer_.kind = MetricKind::gauge;
    if (number == 7 && monotonic) outer_.kind = MetricKind::counter;
    if (number == 9 || number == 10) outer_.kind = MetricKind::histogram;
    if (number == 11) {
      outer_.kind = MetricKind::counter;
      temporality = Temporality::cumulative;
    }
    outer_.temporality = number == 5 ? Temporality::unspecified : temporality;
    const Hash128 said{static_cast<std::uint64_t>(outer_.kind) * 16 + static_cast<std::uint64_t>(outer_.temporality),
                       stable_hash(outer_.unit)};
    outer_.metric_hash = combine(combine(outer_.resource_hash, stable_hash128(outer_.name)), said);
  }

  void decode_point(std::uint32_t number, std::string_view message) {
    MetricPoint& point = points_.emplace_back();
    attributes_.clear();
    switch (number) {
      case 9:
        read_histogram(message, point, attributes_);
        break;
      case 10:
        read_exponential(message, point, attributes_);
        break;
      case 11: {
        double sum = 0;
        read_summary(message, point, sum, attributes_);
        assign(point, series_of("_count"));
        MetricPoint total = point;
        assign(total, series_of("_sum"));
        total.value = sum;
        points_.push_back(std::move(total));
        return;
      }
      default:
        read_number(message, point, attributes_);
        break;
    }
    assign(point, series_of({}));
  }

  static void assign(MetricPoint& point, const SeriesCatalogue::Known& known) {
    point.series = known.series.get();
    point.id = known.id;
  }

  // Of the attributes read last.
  const SeriesCatalogue::Known& series_of(std::string_view suffix) {
    Hash128 head = outer_.metric_hash;
    for (const std::string_view attribute : attributes_) head = combine(head, stable_hash128(attribute));
    if (!suffix.empty()) head = combine(head, stable_hash128(suffix));
    return catalogue_.get(head, [&] {
      Attributes labels;
      for (const std::string_view attribute : attributes_) add_attribute(labels, attribute);
      finish_attributes(labels);
      const std::string name = std::string(outer_.name) + std::string(suffix), unit = cut(outer_.unit, kValueBytes);
      return make_series(
          {resource().service.value, resource().instance.value, name, unit, outer_.kind, outer_.temporality}, labels);
    });
  }

  ItemFilter filter_;
  SeriesCatalogue& catalogue_;
  Outer outer_;
  std::vector<std::string_view> attributes_;  // KeyValue messages of the point that is read, as sent
  std::vector<MetricPoint> points_;           // of the scope that is read
  std::vector<Signals> all_;
};

}  // namespace

std::vector<Signals> decode_metrics(std::string_view body, const Verdict& verdict, SeriesCatalogue& catalogue) {
  return MetricsDecoder(verdict, catalogue).decode(body);
}

}  // namespace nightjar::otlp
