#include "wire/otlp/judge.h"

#include <limits>

#include <protozero/pbf_reader.hpp>

#include "base/check.h"
#include "base/text.h"

namespace nightjar::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;

// Why an item is not taken. Shown to the sender, so each says what to change.
enum class Fault : std::uint8_t {
  none,
  not_utf8,
  too_many_attributes,
  too_many_links,
  name_too_long,
  too_far_ahead,
  past_retention,
  no_trace_id,
  no_span_id,
  no_name
};

std::string words(Fault fault, const Limits& limits) {
  switch (fault) {
    case Fault::none:
      return "";
    case Fault::not_utf8:
      return "a text in it is not UTF-8";
    case Fault::too_many_attributes:
      return fmt::format("it has more than {} attributes", limits.attributes_per_item);
    case Fault::too_many_links:
      return fmt::format("it has more than {} links", limits.attributes_per_item);
    case Fault::name_too_long:
      return fmt::format("a name in it is longer than {} bytes", limits.name_bytes);
    case Fault::too_far_ahead:
      return fmt::format("its time is more than {} ahead; set the sender's clock", for_people(limits.ahead));
    case Fault::past_retention:
      return "its time is older than signals are kept";
    case Fault::no_trace_id:
      return "its trace id is absent, zero or not 16 bytes";
    case Fault::no_span_id:
      return "its span id is absent, zero or not 8 bytes";
    case Fault::no_name:
      return "it has no name";
  }
  return "";
}

// A fault costs the smallest of these that it lies in.
bool costs(MessageKind kind) {
  switch (kind) {
    case MessageKind::span:
    case MessageKind::log_record:
    case MessageKind::number_point:
    case MessageKind::histogram_point:
    case MessageKind::exponential_point:
    case MessageKind::summary_point:
    case MessageKind::metric:
    case MessageKind::scope_spans:
    case MessageKind::scope_metrics:
    case MessageKind::scope_logs:
    case MessageKind::resource_spans:
    case MessageKind::resource_metrics:
    case MessageKind::resource_logs:
      return true;
    default:
      return false;
  }
}

pbf_wire_type wire_type_of(FieldType type) {
  switch (type) {
    case FieldType::message:
    case FieldType::text:
    case FieldType::id:
    case FieldType::bytes:
      return pbf_wire_type::length_delimited;
    case FieldType::integer:
    case FieldType::boolean:
    case FieldType::zigzag:
      return pbf_wire_type::varint;
    case FieldType::fixed32:
      return pbf_wire_type::fixed32;
    case FieldType::fixed64:
    case FieldType::real:
      return pbf_wire_type::fixed64;
  }
  return pbf_wire_type::unknown;
}

constexpr std::size_t kAttributeBytes = 64;  // a pair of strings, beside their text

struct Frame {
  pbf_reader rest;
  MessageKind kind;
  bool is_item = false;
  bool has_trace_id = false, has_span_id = false, has_name = false;
  Fault fault = Fault::none;
  std::uint32_t value_depth = 0;
  std::uint32_t attributes = 0, links = 0;
  std::uint32_t first_item = 0;  // number of the first item inside
  std::size_t size = 0;          // of the message
  // What the decoder will copy: a resource's attributes into each of its scopes, a metric's name into each of its
  // points.
  std::size_t shared_bytes = 0;
  std::size_t copies = 0;
};

bool is_id(protozero::data_view bytes, std::size_t size) {
  if (bytes.size() != size) return false;
  for (std::size_t i = 0; i < size; ++i) {
    if (bytes.data()[i] != 0) return true;
  }
  return false;
}

class Judge {
 public:
  Judge(const Limits& limits, Timestamp wall_now) : limits_(limits) {
    latest_ = static_cast<std::uint64_t>((wall_now + limits.ahead).ns);
    if (limits.signal_retention) earliest_ = static_cast<std::uint64_t>((wall_now - *limits.signal_retention).ns);
    stack_.reserve(16);
  }

  absl::StatusOr<Verdict> walk(MessageKind request, std::string_view body) {
    stack_.push_back({.rest = pbf_reader(body.data(), body.size()), .kind = request});
    while (!stack_.empty()) {
      if (!stack_.back().rest.next()) {
        if (absl::Status status = leave(); !status.ok()) return status;
        continue;
      }
      if (absl::Status status = look(); !status.ok()) return status;
    }
    verdict_.accepted = items_ - verdict_.rejected.size();
    return std::move(verdict_);
  }
  Timestamp newest() const { return {static_cast<std::int64_t>(std::min<std::uint64_t>(newest_, INT64_MAX))}; }

 private:
  absl::Status look() {
    Frame& frame = stack_.back();
    const Field* field = find_field(frame.kind, frame.rest.tag());
    if (field == nullptr) {
      frame.rest.skip();
      return absl::OkStatus();
    }
    const pbf_wire_type expected = wire_type_of(field->type);
    if (frame.rest.wire_type() == expected) return field->type == FieldType::message ? enter(*field) : check(*field);
    if (field->repeated && frame.rest.wire_type() == pbf_wire_type::length_delimited) return check_packed(*field);
    frame.rest.skip();  // another wire type is another field, as protobuf itself has it
    return absl::OkStatus();
  }

  absl::Status enter(const Field& field) {
    Frame& outer = stack_.back();
    Frame inner{
        .rest = outer.rest.get_message(), .kind = field.child, .value_depth = outer.value_depth, .first_item = items_};
    inner.size = inner.rest.length();
    switch (field.role) {
      case Role::item:
        if (items_ == limits_.items) {
          return too_large("request has more than {} {}s; send smaller batches", limits_.items, word(field.child));
        }
        inner.is_item = true;
        break;
      case Role::attribute:
        if (++attributes_ > limits_.attributes) {
          return too_large("request has more than {} attributes; send smaller batches", limits_.attributes);
        }
        if (++outer.attributes > limits_.attributes_per_item) blame(Fault::too_many_attributes);
        break;
      case Role::link:
        if (++outer.links > limits_.attributes_per_item) blame(Fault::too_many_links);
        break;
      default:
        break;
    }
    if (field.child == MessageKind::any_value && ++inner.value_depth > limits_.depth) {
      return invalid_argument("values are nested more than {} deep; nothing of this body was kept", limits_.depth);
    }
    stack_.push_back(inner);
    return absl::OkStatus();
  }

  absl::Status check(const Field& field) {
    Frame& frame = stack_.back();
    switch (field.type) {
      case FieldType::text: {
        const auto view = frame.rest.get_view();
        const std::string_view text(view.data(), view.size());
        if (!is_utf8(text)) blame(Fault::not_utf8);
        frame.shared_bytes += text.size();
        if (field.role == Role::metric_name) frame.has_name = !text.empty();
        const bool is_name = field.role == Role::key || field.role == Role::metric_name;
        if (is_name && text.size() > limits_.name_bytes) blame(Fault::name_too_long);
        return absl::OkStatus();
      }
      case FieldType::id: {
        const auto view = frame.rest.get_view();
        if (field.role == Role::trace_id) frame.has_trace_id = is_id(view, 16);
        if (field.role == Role::span_id) frame.has_span_id = is_id(view, 8);
        return absl::OkStatus();
      }
      case FieldType::fixed64: {
        const std::uint64_t value = frame.rest.get_fixed64();
        if (field.role == Role::time) check_time(value);
        if (field.role == Role::buckets) return count_buckets(1);
        return absl::OkStatus();
      }
      case FieldType::integer:
      case FieldType::boolean:
      case FieldType::zigzag:
        frame.rest.get_uint64();
        break;  // read, not skipped: skip() does not bound the length
      default:
        frame.rest.skip();
        break;
    }
    return field.role == Role::buckets ? count_buckets(1) : absl::OkStatus();
  }

  absl::Status check_packed(const Field& field) {
    pbf_reader& rest = stack_.back().rest;
    std::uint64_t count = 0;
    if (field.type == FieldType::fixed64 || field.type == FieldType::real) {
      const auto range = rest.get_packed_fixed64();  // throws when it is not a whole number of values
      count = static_cast<std::uint64_t>(range.size());
    } else {
      CHECK(field.type == FieldType::integer);
      for ([[maybe_unused]] const std::uint64_t value : rest.get_packed_uint64()) ++count;
    }
    return field.role == Role::buckets ? count_buckets(count) : absl::OkStatus();
  }

  absl::Status count_buckets(std::uint64_t count) {
    buckets_ += count;
    if (buckets_ <= limits_.buckets) return absl::OkStatus();
    return too_large("request has more than {} histogram buckets; send smaller batches", limits_.buckets);
  }

  void check_time(std::uint64_t ns) {
    if (ns == 0) return;  // not given
    newest_ = std::max(newest_, ns);
    if (ns > latest_) blame(Fault::too_far_ahead);
    if (ns < earliest_) blame(Fault::past_retention);
  }

  // The first fault of the smallest thing that can be left out is the one that is told.
  void blame(Fault fault) {
    for (std::size_t i = stack_.size(); i-- > 0;) {
      if (!costs(stack_[i].kind)) continue;
      if (stack_[i].fault == Fault::none) stack_[i].fault = fault;
      return;
    }
    CHECK(false && "a text outside of any resource");
  }

  absl::Status leave() {
    Frame& frame = stack_.back();
    if (frame.is_item) ++items_;
    if (frame.kind == MessageKind::span && frame.fault == Fault::none) {
      if (!frame.has_trace_id)
        frame.fault = Fault::no_trace_id;
      else if (!frame.has_span_id)
        frame.fault = Fault::no_span_id;
    }
    if (frame.kind == MessageKind::metric && frame.fault == Fault::none && !frame.has_name)
      frame.fault = Fault::no_name;
    if (frame.fault != Fault::none && frame.first_item < items_) reject(frame);
    count_copies(frame);
    stack_.pop_back();
    if (copied_ <= limits_.copied_bytes) return absl::OkStatus();
    return too_large("request grows past {} bytes when its resources are copied to their items; send smaller batches",
                     limits_.copied_bytes);
  }

  void count_copies(const Frame& frame) {
    const std::uint32_t items = items_ - frame.first_item;
    Frame* outer = stack_.size() > 1 ? &stack_[stack_.size() - 2] : nullptr;
    switch (frame.kind) {
      case MessageKind::resource:
        outer->shared_bytes += frame.size + kAttributeBytes * frame.attributes;
        break;
      case MessageKind::scope_spans:
      case MessageKind::scope_metrics:
      case MessageKind::scope_logs:
        outer->copies += items > 0;
        break;
      case MessageKind::resource_spans:
      case MessageKind::resource_metrics:
      case MessageKind::resource_logs:
        copied_ += frame.shared_bytes * frame.copies;
        break;
      case MessageKind::metric:
        copied_ += frame.shared_bytes * items;
        break;
      default:
        break;
    }
  }

  // All items inside `frame`. Some of them may be on the list already: its end is theirs, because items come in order.
  void reject(const Frame& frame) {
    std::vector<std::uint32_t>& rejected = verdict_.rejected;
    while (!rejected.empty() && rejected.back() >= frame.first_item) rejected.pop_back();
    if (rejected.empty()) {
      verdict_.first_reason =
          frame.is_item ? fmt::format("{} {}: {}", word(frame.kind), frame.first_item, words(frame.fault, limits_))
                        : fmt::format("items {} to {}: in their {}: {}", frame.first_item, items_ - 1, word(frame.kind),
                                      words(frame.fault, limits_));
    }
    for (std::uint32_t item = frame.first_item; item < items_; ++item) rejected.push_back(item);
  }

  const Limits& limits_;
  std::uint64_t latest_ = 0, earliest_ = 0;
  std::uint64_t newest_ = 0;
  std::vector<Frame> stack_;
  std::uint32_t items_ = 0;
  std::uint64_t attributes_ = 0, buckets_ = 0, copied_ = 0;
  Verdict verdict_;
};

}  // namespace

absl::StatusOr<Verdict> judge_protobuf(MessageKind request, std::string_view body, const Limits& limits,
                                       Timestamp wall_now, Timestamp* newest) {
  try {
    Judge judge(limits, wall_now);
    auto verdict = judge.walk(request, body);
    if (newest != nullptr) *newest = judge.newest();
    return verdict;
  } catch (const protozero::exception& e) {
    return invalid_argument("{} cannot be read as protobuf: {}; nothing of this body was kept", word(request),
                            e.what());
  }
}

}  // namespace nightjar::otlp
