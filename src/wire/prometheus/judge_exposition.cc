#include <algorithm>

#include "base/text.h"
#include "wire/prometheus/exposition.h"
#include "wire/prometheus/exposition_line.h"

namespace nightjar {
namespace {

using namespace prometheus;

std::string words(LineFault fault, const Limits& limits) {
  switch (fault) {
    case LineFault::none:
      return "";
    case LineFault::not_utf8:
      return "it is not UTF-8";
    case LineFault::no_name:
      return "it has no metric name";
    case LineFault::bad_name:
      return "a metric name was expected; other names than letters, digits, _ and : must stand in quotes within the "
             "braces";
    case LineFault::labels_not_closed:
      return "its labels do not end";
    case LineFault::bad_label:
      return "a label was expected, such as path=\"/metrics\"";
    case LineFault::too_many_labels:
      return fmt::format("it has more than {} labels", limits.labels_per_item);
    case LineFault::name_too_long:
      return fmt::format("a name is longer than {} bytes", limits.name_bytes);
    case LineFault::label_repeated:
      return "a label name comes twice";
    case LineFault::no_value:
      return "it has no value";
    case LineFault::bad_value:
      return "its value is not a number";
    case LineFault::bad_timestamp:
      return "its timestamp cannot be read: milliseconds as a whole number, or in OpenMetrics seconds";
    case LineFault::bad_exemplar:
      return "its exemplar cannot be read";
    case LineFault::text_behind:
      return "there is more behind its value than a timestamp";
    case LineFault::behind_the_end:
      return "it stands behind # EOF";
  }
  return "";
}

constexpr std::size_t kPointBytes = 256;  // a MetricPoint, beside its texts
constexpr std::size_t kPairBytes = 64;    // a pair of strings, beside their text

class ExpositionJudge {
 public:
  ExpositionJudge(Encoding encoding, std::string_view body, const Limits& limits, Timestamp wall_now)
      : reader_(encoding, body, limits.labels_per_item), limits_(limits), latest_(wall_now + limits.ahead) {
    if (limits.signal_retention) earliest_ = wall_now - *limits.signal_retention;
  }

  absl::StatusOr<Verdict> judge(bool must_end) {
    std::uint32_t items = 0, metadata = 0;
    std::size_t copied = 0;
    while (reader_.next()) {
      const ExpositionLine& line = reader_.line();
      if ((line.kind == LineKind::type || line.kind == LineKind::unit) && ++metadata > limits_.items)
        return too_large("the page has more than {} TYPE and UNIT lines", limits_.items);
      if (line.kind != LineKind::sample && line.kind != LineKind::fault) continue;
      if (items == limits_.items) return too_large("the page has more than {} samples", limits_.items);
      if (const std::string reason = fault_of(line); !reason.empty()) {
        if (verdict_.rejected.empty()) verdict_.first_reason = fmt::format("line {}: {}", line.number, reason);
        verdict_.rejected.push_back(items);
      } else {
        copied += kPointBytes + line.name.size();
        for (const Label& label : line.labels) copied += label.name.size() + label.value.size() + kPairBytes;
        if (copied > limits_.copied_bytes)
          return too_large("the page grows past {} bytes when it is read", limits_.copied_bytes);
      }
      ++items;
    }
    if (items > 0 && verdict_.rejected.size() == items)
      return invalid_argument("this is not a page of metrics: not one sample could be read; {}", verdict_.first_reason);
    if (must_end && !reader_.ended())
      return invalid_argument(
          "the page does not end with # EOF, as OpenMetrics must: it was cut short; nothing of it "
          "was kept");
    verdict_.accepted = items - verdict_.rejected.size();
    return std::move(verdict_);
  }

 private:
  std::string fault_of(const ExpositionLine& line) {
    if (line.kind == LineKind::fault) return words(line.fault, limits_);
    if (line.labels.size() > limits_.labels_per_item) return words(LineFault::too_many_labels, limits_);
    if (line.name.size() > limits_.name_bytes) return words(LineFault::name_too_long, limits_);
    names_.clear();
    for (const Label& label : line.labels) {
      if (label.name.size() > limits_.name_bytes) return words(LineFault::name_too_long, limits_);
      names_.push_back(label.name);
    }
    std::sort(names_.begin(), names_.end());
    if (std::adjacent_find(names_.begin(), names_.end()) != names_.end())
      return words(LineFault::label_repeated, limits_);
    if (!line.time) return {};
    if (*line.time <= Timestamp{}) return "its timestamp is not after 1970";
    if (*line.time > latest_)
      return fmt::format("its time is more than {} ahead; set the target's clock", for_people(limits_.ahead));
    if (*line.time < earliest_) return "its time is older than signals are kept";
    return {};
  }

  ExpositionReader reader_;
  const Limits& limits_;
  Timestamp latest_, earliest_{INT64_MIN};
  std::vector<std::string_view> names_;
  Verdict verdict_;
};

}  // namespace

absl::StatusOr<Verdict> judge_exposition(Encoding encoding, std::string_view body, const Limits& limits,
                                         Timestamp wall_now) {
  if (body.size() > limits.other_bytes)
    return too_large("the page has {} bytes, more than {}", body.size(), limits.other_bytes);
  return ExpositionJudge(encoding, body, limits, wall_now).judge(encoding == Encoding::openmetrics_text);
}

}  // namespace nightjar
