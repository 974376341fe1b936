#include <algorithm>
#include <limits>

#include "base/text.h"
#include "wire/prometheus/remote_write.h"
#include "wire/prometheus/series.h"

namespace nightjar {
namespace {

using namespace prometheus;

// Why a series, with all its items, or one item is not taken.
enum class SeriesFault : std::uint8_t {
  none,
  odd_references,
  reference_out_of_range,
  too_many_labels,
  no_metric_name,
  label_name_empty,
  label_repeated,
  name_too_long,
  not_utf8,
  no_time,
  too_far_ahead,
  past_retention
};

std::string words(SeriesFault fault, const Limits& limits) {
  switch (fault) {
    case SeriesFault::none:
      return "";
    case SeriesFault::odd_references:
      return "its label references do not come in pairs";
    case SeriesFault::reference_out_of_range:
      return "a label reference points outside of the symbols";
    case SeriesFault::too_many_labels:
      return fmt::format("it has more than {} labels", limits.labels_per_item);
    case SeriesFault::no_metric_name:
      return "it has no label __name__";
    case SeriesFault::label_name_empty:
      return "a label name is empty";
    case SeriesFault::label_repeated:
      return "a label name comes twice";
    case SeriesFault::name_too_long:
      return fmt::format("a name is longer than {} bytes", limits.name_bytes);
    case SeriesFault::not_utf8:
      return "a label is not UTF-8";
    case SeriesFault::no_time:
      return "its timestamp is absent or before 1970";
    case SeriesFault::too_far_ahead:
      return fmt::format("its time is more than {} ahead; set the sender's clock", for_people(limits.ahead));
    case SeriesFault::past_retention:
      return "its time is older than signals are kept";
  }
  return "";
}

// Senders sort their labels, so that looking for a repeated one costs nothing; others are sorted here.
bool has_repeated_name(std::vector<Label>& labels) {
  const auto before = [](const Label& a, const Label& b) { return a.name < b.name; };
  if (!std::is_sorted(labels.begin(), labels.end(), before)) std::sort(labels.begin(), labels.end(), before);
  return std::adjacent_find(labels.begin(), labels.end(),
                            [](const Label& a, const Label& b) { return a.name == b.name; }) != labels.end();
}

SeriesFault judge_labels(SeriesHead& head, const Limits& limits) {
  if (head.fault == LabelsFault::odd_references) return SeriesFault::odd_references;
  if (head.fault == LabelsFault::reference_out_of_range) return SeriesFault::reference_out_of_range;
  if (head.labels.size() > limits.labels_per_item) return SeriesFault::too_many_labels;
  bool named = false;
  for (const Label& label : head.labels) {
    if (label.name.empty()) return SeriesFault::label_name_empty;
    if (label.name.size() > limits.name_bytes) return SeriesFault::name_too_long;
    if (!is_utf8(label.name) || !is_utf8(label.value)) return SeriesFault::not_utf8;
    if (label.name != "__name__") continue;
    if (label.value.size() > limits.name_bytes) return SeriesFault::name_too_long;
    named = !label.value.empty();
  }
  if (!named) return SeriesFault::no_metric_name;
  return has_repeated_name(head.labels) ? SeriesFault::label_repeated : SeriesFault::none;
}

constexpr std::size_t kLabelBytes = 64;  // a pair of strings, beside their text

class RemoteWriteJudge {
 public:
  RemoteWriteJudge(RemoteWriteVersion version, const Limits& limits, Timestamp wall_now)
      : version_(version), limits_(limits), latest_ms_((wall_now + limits.ahead).ns / 1'000'000) {
    if (limits.signal_retention) earliest_ms_ = (wall_now - *limits.signal_retention).ns / 1'000'000;
  }

  Timestamp newest() const { return {std::min<std::int64_t>(newest_ms_, INT64_MAX / 1'000'000) * 1'000'000}; }
  absl::StatusOr<Verdict> judge(std::string_view body) {
    symbols_ = read_symbols(version_, body, limits_.symbols);
    if (symbols_.size() > limits_.symbols) return over("symbols", limits_.symbols);
    std::uint32_t metadata = 0;
    walk_request(
        version_, body,
        [&](std::string_view series) {
          if (status_.ok()) judge_series(series);
        },
        [&](std::string_view message) {
          read_metadata(message);
          if (++metadata > limits_.series) status_ = over("metadata entries", limits_.series);
        });
    if (!status_.ok()) return status_;
    verdict_.accepted = items_ - verdict_.rejected.size();
    return std::move(verdict_);
  }

 private:
  void judge_series(std::string_view series) {
    if (series_ == limits_.series) {
      status_ = over("series", limits_.series);
      return;
    }
    read_head(version_, series, symbols_, limits_.labels_per_item, head_);
    const SeriesFault fault = judge_labels(head_, limits_);
    series_bytes_ = head_.unit.size();
    for (const Label& label : head_.labels) series_bytes_ += label.name.size() + label.value.size() + kLabelBytes;
    walk_items(
        version_, series, [&](std::string_view sample) { judge_item(fault, read_sample(sample).time_ms); },
        [&](std::string_view histogram) { judge_item(fault, read_histogram(histogram).time_ms); }, [] {});
    ++series_;
  }

  void judge_item(SeriesFault fault, std::int64_t time_ms) {
    if (items_ == limits_.items) {
      status_ = over("samples", limits_.items);
      return;
    }
    if (fault == SeriesFault::none) fault = judge_time(time_ms);
    if (fault != SeriesFault::none) {
      if (verdict_.rejected.empty()) {
        verdict_.first_reason = fmt::format("sample {} in series {}: {}", items_, series_, words(fault, limits_));
      }
      verdict_.rejected.push_back(items_);
    }
    if (fault == SeriesFault::none) copied_ += series_bytes_;
    if (copied_ > limits_.copied_bytes) {
      status_ = too_large("request grows past {} bytes when labels are copied to their samples; send smaller batches",
                          limits_.copied_bytes);
    }
    ++items_;
  }

  SeriesFault judge_time(std::int64_t time_ms) {
    newest_ms_ = std::max(newest_ms_, time_ms);
    if (time_ms <= 0) return SeriesFault::no_time;
    if (time_ms > latest_ms_) return SeriesFault::too_far_ahead;
    if (time_ms < earliest_ms_) return SeriesFault::past_retention;
    return SeriesFault::none;
  }

  static absl::Status over(std::string_view what, std::uint32_t limit) {
    return too_large("request has more than {} {}; send smaller batches", limit, what);
  }

  RemoteWriteVersion version_;
  const Limits& limits_;
  std::int64_t newest_ms_ = 0;
  std::int64_t latest_ms_, earliest_ms_ = std::numeric_limits<std::int64_t>::min();
  std::vector<std::string_view> symbols_;
  SeriesHead head_;
  std::uint32_t series_ = 0, items_ = 0;
  std::size_t series_bytes_ = 0, copied_ = 0;  // what each sample of this series copies; what all do
  Verdict verdict_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<Verdict> judge_remote_write(RemoteWriteVersion version, std::string_view body, const Limits& limits,
                                           Timestamp wall_now, Timestamp* newest) {
  if (body.size() > limits.other_bytes) {
    return too_large("request has {} bytes, more than {}; send smaller batches", body.size(), limits.other_bytes);
  }
  try {
    RemoteWriteJudge judge(version, limits, wall_now);
    auto verdict = judge.judge(body);
    if (newest != nullptr) *newest = judge.newest();
    return verdict;
  } catch (const protozero::exception& e) {
    return invalid_argument("remote write body cannot be read as protobuf: {}; nothing of it was kept", e.what());
  }
}

}  // namespace nightjar
