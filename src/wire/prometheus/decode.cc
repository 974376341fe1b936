#include <limits>
#include <map>

#include "base/text.h"
#include "wire/item_filter.h"
#include "wire/prometheus/owner.h"
#include "wire/prometheus/remote_write.h"
#include "wire/prometheus/series.h"

namespace nightjar {
namespace {

using namespace prometheus;

Timestamp from_ms(std::int64_t ms) {
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max() / 1'000'000;
  return ms <= 0 || ms > kLast ? Timestamp{} : Timestamp{ms * 1'000'000};
}

class RemoteWriteDecoder {
 public:
  RemoteWriteDecoder(RemoteWriteVersion version, std::string_view body, const Verdict& verdict)
      : version_(version), body_(body), filter_(verdict) {}

  std::vector<Signals> decode() {
    constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();  // the judge has counted them
    symbols_ = read_symbols(version_, body_, kAll - 1);
    walk_request(
        version_, body_, [](std::string_view) {},
        [&](std::string_view message) {
          const Metadata metadata = read_metadata(message);
          families_.insert_or_assign(metadata.family, metadata);
        });
    walk_request(
        version_, body_, [&](std::string_view series) { decode_series(series); }, [](std::string_view) {});
    return signals_.take();
  }

 private:
  void decode_series(std::string_view series) {
    bool ready = false;  // labels are read when the first item is kept: a refused series may have any number of them
    const auto keep = [&] {
      if (!filter_.keep_next()) return false;
      if (!ready) start_series(series);
      return ready = true;
    };
    walk_items(
        version_, series,
        [&](std::string_view message) {
          if (keep()) add_sample(read_sample(message));
        },
        [&](std::string_view message) {
          if (keep()) add_histogram(read_histogram(message));
        },
        [] {});
  }

  void start_series(std::string_view series) {
    constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
    read_head(version_, series, symbols_, kAll - 1, head_);
    const std::string_view name = find_label(head_.labels, "__name__");
    std::optional<MetricType> type = head_.type;
    std::string_view unit = head_.unit;
    if (const Metadata* metadata = find_metadata(name)) {
      type = metadata->type;
      unit = metadata->unit;
    }
    point_ = {};
    point_.name = std::string(name);
    if (is_utf8(unit)) point_.unit = cut(unit, kValueBytes);
    point_.kind = metric_kind(name, type);
    point_.attributes = attributes_of(head_.labels);
    point_.start = from_ms(head_.created_ms);
    group_ = signals_.at(owner_of(head_.labels));
  }

  const Metadata* find_metadata(std::string_view metric_name) const {
    auto found = families_.find(metric_name);
    if (found == families_.end()) found = families_.find(family_of(metric_name));
    return found == families_.end() ? nullptr : &found->second;
  }

  void add_sample(const Sample& sample) {
    MetricPoint point = point_;
    point.stale = is_stale(sample.value);
    point.value = point.stale ? 0 : sample.value;
    finish(std::move(point), sample.time_ms, sample.start_ms);
  }

  void add_histogram(const NativeHistogram& histogram) {
    MetricPoint point = point_;
    point.kind = MetricKind::histogram;
    point.stale = is_stale(histogram.sum);
    const double sum = point.stale ? 0 : histogram.sum;
    point.histogram = HistogramPoint{.count = histogram.count, .sum = sum, .counts = {histogram.count}};
    finish(std::move(point), histogram.time_ms, histogram.start_ms);
  }

  void finish(MetricPoint point, std::int64_t time_ms, std::int64_t start_ms) {
    point.time = from_ms(time_ms);
    if (start_ms > 0) point.start = from_ms(start_ms);
    if (point.kind != MetricKind::gauge) point.temporality = Temporality::cumulative;
    signals_[group_].metrics.push_back(std::move(point));
  }

  RemoteWriteVersion version_;
  std::string_view body_;
  ItemFilter filter_;
  std::vector<std::string_view> symbols_;
  std::map<std::string_view, Metadata> families_;
  SignalsByOwner signals_;
  SeriesHead head_;
  MetricPoint point_;      // what all points of the current series share
  std::size_t group_ = 0;  // of the current series
};

}  // namespace

absl::StatusOr<std::vector<Signals>> decode_remote_write(RemoteWriteVersion version, std::string_view body,
                                                         const Verdict& verdict) {
  try {
    return RemoteWriteDecoder(version, body, verdict).decode();
  } catch (const protozero::exception& e) {
    return invalid_argument("remote write body cannot be read as protobuf: {}; its verdict is another body's",
                            e.what());
  }
}

}  // namespace nightjar
