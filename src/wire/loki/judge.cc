#include <protozero/exception.hpp>

#include "base/text.h"
#include "wire/loki/label_text.h"
#include "wire/loki/loki.h"
#include "wire/loki/push.h"

namespace nightjar {
namespace {

enum class EntryFault : std::uint8_t {
  none,
  labels_unreadable,
  too_many_labels,
  name_too_long,
  name_empty,
  not_utf8,
  too_many_metadata,
  no_time,
  too_far_ahead,
  past_retention
};

std::string words(EntryFault fault, const Limits& limits) {
  switch (fault) {
    case EntryFault::none:
      return "";
    case EntryFault::labels_unreadable:
      return "its stream's labels are not of the form {name=\"value\", …}";
    case EntryFault::too_many_labels:
      return fmt::format("its stream has more than {} labels", limits.labels_per_item);
    case EntryFault::name_too_long:
      return fmt::format("a name is longer than {} bytes", limits.name_bytes);
    case EntryFault::name_empty:
      return "a name is empty";
    case EntryFault::not_utf8:
      return "a label or its metadata is not UTF-8";
    case EntryFault::too_many_metadata:
      return fmt::format("it has more than {} pairs of structured metadata", limits.attributes_per_item);
    case EntryFault::no_time:
      return "its timestamp is before 1970 or no time";
    case EntryFault::too_far_ahead:
      return fmt::format("its time is more than {} ahead; set the sender's clock", for_people(limits.ahead));
    case EntryFault::past_retention:
      return "its time is older than signals are kept";
  }
  return "";
}

class LokiJudge {
 public:
  LokiJudge(const Limits& limits, Timestamp wall_now) : limits_(limits), wall_now_(wall_now) {}

  absl::StatusOr<Verdict> judge(std::string_view body) {
    loki::walk_streams(body, [this](std::string_view stream) {
      if (status_.ok()) judge_stream(stream);
    });
    if (!status_.ok()) return status_;
    verdict_.accepted = items_ - verdict_.rejected.size();
    return std::move(verdict_);
  }

 private:
  void judge_stream(std::string_view stream) {
    if (++streams_ > limits_.series) return over("streams", limits_.series);
    EntryFault fault = EntryFault::none;
    std::uint32_t labels = 0;
    const auto count_label = [&](std::string_view name, std::string_view value) {
      const EntryFault found = judge_pair(name, value);
      if (fault == EntryFault::none) fault = found;
      if (++labels > limits_.labels_per_item && fault == EntryFault::none) fault = EntryFault::too_many_labels;
    };
    loki::walk_stream(
        stream,
        [&](std::string_view text) {
          loki::LabelReader reader(text);
          loki::LabelPair pair;
          while (reader.next(pair)) count_label(pair.name, pair.quoted);
          if (reader.fault() != loki::LabelFault::none && fault == EntryFault::none)
            fault = EntryFault::labels_unreadable;
        },
        [&](const loki::Pair& pair) { count_label(pair.name, pair.value); }, [](std::string_view) {});
    loki::walk_stream(
        stream, [](std::string_view) {}, [](const loki::Pair&) {},
        [&](std::string_view entry) {
          if (status_.ok()) judge_entry(entry, fault);
        });
  }

  void judge_entry(std::string_view entry, EntryFault fault) {
    if (items_ == limits_.items) return over("entries", limits_.items);
    std::uint32_t pairs = 0;
    const loki::EntryHead head = loki::walk_entry(entry, [&](const loki::Pair& pair) {
      const EntryFault found = judge_pair(pair.name, pair.value);
      if (fault == EntryFault::none) fault = found;
      if (++pairs > limits_.attributes_per_item && fault == EntryFault::none) fault = EntryFault::too_many_metadata;
    });
    attributes_ += pairs;
    if (attributes_ > limits_.attributes) return over("pairs of structured metadata", limits_.attributes);
    if (fault == EntryFault::none) fault = judge_time(head.time);
    if (fault != EntryFault::none) {
      if (verdict_.rejected.empty())
        verdict_.first_reason = fmt::format("entry {} in stream {}: {}", items_, streams_ - 1, words(fault, limits_));
      verdict_.rejected.push_back(items_);
    }
    ++items_;
  }

  EntryFault judge_pair(std::string_view name, std::string_view value) const {
    if (name.empty()) return EntryFault::name_empty;
    if (name.size() > limits_.name_bytes) return EntryFault::name_too_long;
    return is_utf8(name) && is_utf8(value) ? EntryFault::none : EntryFault::not_utf8;
  }

  EntryFault judge_time(std::optional<Timestamp> time) const {
    if (!time) return EntryFault::no_time;
    if (!*time) return EntryFault::none;  // none was sent: it is from now
    if (*time > wall_now_ + limits_.ahead) return EntryFault::too_far_ahead;
    if (limits_.signal_retention && *time < wall_now_ - *limits_.signal_retention) return EntryFault::past_retention;
    return EntryFault::none;
  }

  void over(std::string_view what, std::uint32_t limit) {
    status_ = too_large("push has more than {} {}; send smaller batches", limit, what);
  }

  const Limits& limits_;
  Timestamp wall_now_;
  std::uint32_t streams_ = 0, items_ = 0;
  std::uint64_t attributes_ = 0;
  Verdict verdict_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<Verdict> judge_loki(Encoding encoding, std::string_view body, const Limits& limits, Timestamp wall_now) {
  if (body.size() > limits.other_bytes)
    return too_large("push has {} bytes, more than {}; send smaller batches", body.size(), limits.other_bytes);
  absl::StatusOr<std::string> rewritten;
  if (encoding == Encoding::loki_json) {
    rewritten = loki::json_to_push(body);
    if (!rewritten.ok()) return rewritten.status();
    body = *rewritten;
  }
  try {
    return LokiJudge(limits, wall_now).judge(body);
  } catch (const protozero::exception& e) {
    return invalid_argument("push cannot be read as protobuf: {}; nothing of it was kept", e.what());
  }
}

}  // namespace nightjar
