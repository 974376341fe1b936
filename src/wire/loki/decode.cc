#include <protozero/exception.hpp>

#include "base/text.h"
#include "wire/item_filter.h"
#include "wire/logs/line_text.h"
#include "wire/logs/log_source.h"
#include "wire/logs/record_joiner.h"
#include "wire/logs/severity.h"
#include "wire/logs/text_parts.h"
#include "wire/logs/utf8_repair.h"
#include "wire/loki/label_text.h"
#include "wire/loki/loki.h"
#include "wire/loki/push.h"
#include "wire/otlp/attributes.h"

namespace nightjar {
namespace {

class LokiDecoder {
 public:
  LokiDecoder(const Verdict& verdict, const Attributes& labels) : filter_(verdict), labels_(labels) {}

  std::vector<Signals> decode(std::string_view body) {
    loki::walk_streams(body, [this](std::string_view stream) { decode_stream(stream); });
    return std::move(all_);
  }

 private:
  void decode_stream(std::string_view stream) {
    bool begun = false;
    int severity = 0;  // of the whole stream
    logs::RecordJoiner joiner;
    loki::walk_stream(
        stream, [](std::string_view) {}, [](const loki::Pair&) {},
        [&](std::string_view entry) {
          if (!filter_.keep_next()) return;
          if (!begun) {
            all_.push_back({.resource = logs::resource_of_labels(read_labels(stream), labels_)});
            severity = severity_of(all_.back().resource.attributes);
            begun = true;
          }
          joiner.add(all_.back().logs, read_entry(entry, severity), logs::LineEdge::unknown);
        });
    if (begun) joiner.finish(all_.back().logs);
  }

  static Attributes read_labels(std::string_view stream) {
    Attributes labels;
    const auto add = [&](std::string_view name, std::string_view value) {
      if (!value.empty()) labels.emplace_back(std::string(name), logs::shown(value, kValueBytes));
    };
    loki::walk_stream(
        stream,
        [&](std::string_view text) {
          loki::LabelReader reader(text);
          loki::LabelPair pair;
          while (reader.next(pair)) add(pair.name, loki::unquoted(pair.quoted));
        },
        [&](const loki::Pair& pair) { add(pair.name, pair.value); }, [](std::string_view) {});
    otlp::finish_attributes(labels);
    return labels;
  }

  // "unknown" is what Loki itself puts where it found none.
  static int severity_of(const Attributes& attributes) {
    for (const std::string_view name : {"detected_level", "level", "severity", "severity_text"})
      if (const int severity = logs::severity_of_word(find_attribute(attributes, name)); severity != 0) return severity;
    return 0;
  }

  LogRecord read_entry(std::string_view entry, int stream_severity) {
    LogRecord record;
    const loki::EntryHead head = loki::walk_entry(entry, [&](const loki::Pair& pair) {
      record.attributes.emplace_back(std::string(pair.name), logs::shown(pair.value, kValueBytes));
    });
    otlp::finish_attributes(record.attributes);
    record.severity = severity_of(record.attributes);
    record.time = head.time.value_or(Timestamp{});
    take_ids(record);
    logs::read_line(head.line, {{}, static_cast<bool>(record.time), attributes_left_}, record);
    if (record.severity == 0) record.severity = stream_severity;
    otlp::finish_attributes(record.attributes);
    return record;
  }

  // Structured metadata as the Collector and Alloy name it.
  static void take_ids(LogRecord& record) {
    logs::read_hex_id(find_attribute(record.attributes, "trace_id"), record.trace_id);
    logs::read_hex_id(find_attribute(record.attributes, "span_id"), record.span_id);
  }
  ItemFilter filter_;
  const Attributes& labels_;
  std::size_t attributes_left_ = logs::kAttributesPerBody;
  std::vector<Signals> all_;
};

}  // namespace

absl::StatusOr<std::vector<Signals>> decode_loki(Encoding encoding, std::string_view body, const Verdict& verdict,
                                                 const Attributes& labels) {
  absl::StatusOr<std::string> rewritten;
  if (encoding == Encoding::loki_json) {
    rewritten = loki::json_to_push(body);
    if (!rewritten.ok()) return rewritten.status();
    body = *rewritten;
  }
  try {
    return LokiDecoder(verdict, labels).decode(body);
  } catch (const protozero::exception& e) {
    return invalid_argument("push cannot be read as protobuf: {}; its verdict is another body's", e.what());
  }
}

}  // namespace nightjar
