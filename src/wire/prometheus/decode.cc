#include <algorithm>
#include <array>
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
  RemoteWriteDecoder(RemoteWriteVersion version, std::string_view body, const Verdict& verdict,
                     SeriesCatalogue& catalogue)
      : version_(version), body_(body), filter_(verdict), catalogue_(catalogue) {}

  std::vector<Signals> decode() {
    symbols_ = read_symbols(version_, body_, kAll);
    for (const std::string_view symbol : symbols_) symbol_hashes_.push_back(stable_hash128(symbol));
    walk_request(
        version_, body_, [](std::string_view) {},
        [&](std::string_view message) {
          const Metadata metadata = read_metadata(message);
          families_.insert_or_assign(metadata.family, metadata);
        });
    // A dozen series are looked at ahead: where the catalogue keeps the next one is then on its way from the memory.
    walk_request(
        version_, body_,
        [&](std::string_view series) {
          if (ahead_count_ == ahead_.size()) decode_ahead();
          ahead_[ahead_count_++] = look_at(series);
        },
        [](std::string_view) {});
    decode_ahead();
    std::vector<Signals> all;
    if (!points_.empty()) all.emplace_back().metrics = std::move(points_);
    return all;
  }

 private:
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max() - 1;  // the judge has counted them

  struct Ahead {
    std::string_view series;
    Hash128 head;
    std::int64_t created_ms = 0;
  };
  Ahead look_at(std::string_view series) {
    Ahead ahead{series};
    ahead.head = head_hash(version_, series, symbol_hashes_, ahead.created_ms);
    // Types that come beside the series are part of what it is called.
    if (!families_.empty()) {
      read_head(version_, series, symbols_, kAll, labels_);
      if (const Metadata* metadata = find_metadata(find_label(labels_.labels, "__name__"))) {
        const std::uint64_t said =
            combine_hash(static_cast<std::uint64_t>(metadata->type), stable_hash(metadata->unit));
        ahead.head = {combine_hash(ahead.head.low, said), combine_hash(ahead.head.high, said)};
      }
    }
    catalogue_.prefetch(ahead.head);
    return ahead;
  }

  void decode_ahead() {
    for (std::size_t i = 0; i < ahead_count_; ++i) decode_series(ahead_[i]);
    ahead_count_ = 0;
  }

  void decode_series(const Ahead& ahead) {
    series_ = nullptr;  // looked up when the first item is kept: a refused series may have any number of labels
    is_histogram_ = false;
    const auto keep = [&] {
      if (!filter_.keep_next()) return false;
      if (series_ == nullptr) series_ = &catalogue_.get(ahead.head, [&] { return make(ahead.series, std::nullopt); });
      return true;
    };
    created_ms_ = ahead.created_ms;
    walk_items(
        version_, ahead.series,
        [&](std::string_view message) {
          if (keep()) add_sample(read_sample(message));
        },
        [&](std::string_view message) {
          if (keep()) add_histogram(ahead, read_histogram(message));
        },
        [] {});
  }

  SeriesPtr make(std::string_view series, std::optional<MetricKind> kind) {
    read_head(version_, series, symbols_, kAll, labels_);
    const std::string_view name = find_label(labels_.labels, "__name__");
    std::optional<MetricType> type = labels_.type;
    std::string_view unit = labels_.unit;
    if (const Metadata* metadata = find_metadata(name)) {
      type = metadata->type;
      unit = metadata->unit;
    }
    const std::string unit_text = is_utf8(unit) ? cut(unit, kValueBytes) : std::string();
    const Owner owner = owner_of(labels_.labels);
    SeriesClaim claim{owner.service, owner.instance, name, unit_text};
    claim.kind = kind.value_or(metric_kind(name, type));
    if (claim.kind != MetricKind::gauge) claim.temporality = Temporality::cumulative;
    return make_series(claim, attributes_of(labels_.labels));
  }

  const Metadata* find_metadata(std::string_view metric_name) const {
    auto found = families_.find(metric_name);
    if (found == families_.end()) found = families_.find(family_of(metric_name));
    return found == families_.end() ? nullptr : &found->second;
  }

  void add_sample(const Sample& sample) {
    MetricPoint& point = add_point(sample.time_ms, sample.start_ms);
    point.stale = is_stale(sample.value);
    point.value = point.stale ? 0 : sample.value;
  }

  void add_histogram(const Ahead& ahead, const NativeHistogram& histogram) {
    // A series has samples or histograms; should one have both, they are told apart by their kind.
    if (!is_histogram_) {
      const Hash128 head{combine_hash(ahead.head.low, 1), combine_hash(ahead.head.high, 1)};
      series_ = &catalogue_.get(head, [&] { return make(ahead.series, MetricKind::histogram); });
      is_histogram_ = true;
    }
    MetricPoint& point = add_point(histogram.time_ms, histogram.start_ms);
    point.stale = is_stale(histogram.sum);
    const double sum = point.stale ? 0 : histogram.sum;
    point.histogram = std::make_shared<HistogramPoint>(
        HistogramPoint{.count = histogram.count, .sum = sum, .counts = {histogram.count}});
  }

  MetricPoint& add_point(std::int64_t time_ms, std::int64_t start_ms) {
    MetricPoint& point = points_.emplace_back();
    point.series = series_->series.get();
    point.id = series_->id;
    point.time = from_ms(time_ms);
    point.start = from_ms(start_ms > 0 ? start_ms : created_ms_);
    return point;
  }

  RemoteWriteVersion version_;
  std::string_view body_;
  ItemFilter filter_;
  SeriesCatalogue& catalogue_;
  std::vector<std::string_view> symbols_;
  std::vector<Hash128> symbol_hashes_;
  std::map<std::string_view, Metadata> families_;
  std::vector<MetricPoint> points_;
  std::array<Ahead, 16> ahead_;
  std::size_t ahead_count_ = 0;
  SeriesHead labels_;
  // Of the current series.
  const SeriesCatalogue::Known* series_ = nullptr;
  std::int64_t created_ms_ = 0;
  bool is_histogram_ = false;
};

}  // namespace

absl::StatusOr<std::vector<Signals>> decode_remote_write(RemoteWriteVersion version, std::string_view body,
                                                         const Verdict& verdict, SeriesCatalogue& catalogue) {
  try {
    return RemoteWriteDecoder(version, body, verdict, catalogue).decode();
  } catch (const protozero::exception& e) {
    return invalid_argument("remote write body cannot be read as protobuf: {}; its verdict is another body's",
                            e.what());
  }
}

}  // namespace nightjar
