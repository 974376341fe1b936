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

// A metric's points as they are read. Name, unit and temporality may come after the points, so they are filled in last;
// until then a point's `name` is what is added to the metric's.
struct Metric {
  std::string_view name, unit;
  std::vector<MetricPoint> points;
};

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

void read_number(std::string_view message, Metric& metric) {
  MetricPoint point;
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
        add_attribute(point.attributes, protobuf::view(reader));
        break;
      case protobuf::varint(8):
        point.stale = (reader.get_uint64() & kNoRecordedValue) != 0;
        break;
      default:
        reader.skip();
    }
  }
  finish_attributes(point.attributes);
  metric.points.push_back(std::move(point));
}

void read_histogram(std::string_view message, Metric& metric) {
  MetricPoint point;
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
        add_attribute(point.attributes, protobuf::view(reader));
        break;
      case protobuf::varint(10):
        point.stale = (reader.get_uint64() & kNoRecordedValue) != 0;
        break;
      default:
        reader.skip();
    }
  }
  settle_buckets(histogram);
  point.histogram = std::move(histogram);
  finish_attributes(point.attributes);
  metric.points.push_back(std::move(point));
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

void read_exponential(std::string_view message, Metric& metric) {
  MetricPoint point;
  ExponentialHistogram histogram;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    if (read_times(reader, point)) continue;
    switch (reader.tag_and_type()) {
      case protobuf::bytes(1):
        add_attribute(point.attributes, protobuf::view(reader));
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
  point.histogram = to_explicit(histogram);
  finish_attributes(point.attributes);
  metric.points.push_back(std::move(point));
}

// A summary becomes the two counters it stands for, as Prometheus names them. Its quantiles cannot be added up across
// instances, so nothing here could use them.
void read_summary(std::string_view message, Metric& metric) {
  MetricPoint count;
  double sum = 0;
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
        add_attribute(count.attributes, protobuf::view(reader));
        break;
      case protobuf::varint(8):
        count.stale = (reader.get_uint64() & kNoRecordedValue) != 0;
        break;
      default:
        reader.skip();
    }
  }
  finish_attributes(count.attributes);
  count.name = "_count";
  MetricPoint total = count;
  total.name = "_sum";
  total.value = sum;
  metric.points.push_back(std::move(count));
  metric.points.push_back(std::move(total));
}

// Gauge 5, Sum 7, Histogram 9, ExponentialHistogram 10, Summary 11: each {1: points, 2: temporality, 3: monotonic}.
void read_points(std::uint32_t number, std::string_view message, Metric& metric, ItemFilter& filter) {
  const std::size_t first = metric.points.size();
  Temporality temporality = Temporality::unspecified;
  bool monotonic = false;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::bytes(1): {
        const std::string_view point = protobuf::view(reader);
        if (!filter.keep_next()) break;
        if (number == 5 || number == 7) read_number(point, metric);
        if (number == 9) read_histogram(point, metric);
        if (number == 10) read_exponential(point, metric);
        if (number == 11) read_summary(point, metric);
        break;
      }
      case protobuf::varint(2):
        temporality = temporality_of(reader.get_uint64());
        break;
      case protobuf::varint(3):
        monotonic = protobuf::flag(reader);
        break;
      default:
        reader.skip();
    }
  }
  // A sum that may fall is a level like any gauge.
  MetricKind kind = MetricKind::gauge;
  if (number == 7 && monotonic) kind = MetricKind::counter;
  if (number == 9 || number == 10) kind = MetricKind::histogram;
  if (number == 11) {
    kind = MetricKind::counter;
    temporality = Temporality::cumulative;
  }
  if (number == 5) temporality = Temporality::unspecified;
  for (std::size_t i = first; i < metric.points.size(); ++i) {
    metric.points[i].kind = kind;
    metric.points[i].temporality = temporality;
  }
}

void read_metric(std::string_view message, Signals& signals, ItemFilter& filter) {
  Metric metric;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::bytes(1):
        metric.name = protobuf::view(reader);
        break;
      case protobuf::bytes(3):
        metric.unit = protobuf::view(reader);
        break;
      case protobuf::bytes(5):
      case protobuf::bytes(7):
      case protobuf::bytes(9):
      case protobuf::bytes(10):
      case protobuf::bytes(11): {
        const std::uint32_t number = reader.tag();  // the view below moves on
        read_points(number, protobuf::view(reader), metric, filter);
        break;
      }
      default:
        reader.skip();
    }
  }
  for (MetricPoint& point : metric.points) {
    point.name.insert(0, metric.name);
    point.unit = cut(metric.unit, kValueBytes);
    signals.metrics.push_back(std::move(point));
  }
}

}  // namespace

std::vector<Signals> decode_metrics(std::string_view body, const Verdict& verdict) {
  ItemFilter filter(verdict);
  return decode_resources(body,
                          [&](std::string_view message, Signals& signals) { read_metric(message, signals, filter); });
}

}  // namespace nightjar::otlp
