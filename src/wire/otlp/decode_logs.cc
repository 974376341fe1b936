#include <array>
#include <cctype>

#include "wire/item_filter.h"
#include "wire/limits.h"
#include "wire/otlp/any_value.h"
#include "wire/otlp/attributes.h"
#include "wire/otlp/decoders.h"
#include "wire/otlp/resource.h"

namespace nightjar::otlp {
namespace {

using protobuf::Reader;

// For senders that give a word and no number; the numbers are OpenTelemetry's for each name.
// Source: OpenTelemetry logs data model, "Mapping of SeverityNumber".
int severity_of(std::string_view text) {
  struct Named {
    std::string_view word;
    int number;
  };
  static constexpr std::array<Named, 12> kWords{{{"trace", 1},
                                                 {"debug", 5},
                                                 {"info", 9},
                                                 {"information", 9},
                                                 {"notice", 10},
                                                 {"warn", 13},
                                                 {"warning", 13},
                                                 {"error", 17},
                                                 {"err", 17},
                                                 {"critical", 18},
                                                 {"fatal", 21},
                                                 {"panic", 21}}};
  for (const Named& named : kWords) {
    if (text.size() != named.word.size()) continue;
    bool same = true;
    for (std::size_t i = 0; i < text.size() && same; ++i) {
      same = std::tolower(static_cast<unsigned char>(text[i])) == named.word[i];
    }
    if (same) return named.number;
  }
  return 0;
}

LogRecord read_record(std::string_view message) {
  LogRecord record;
  Timestamp observed;
  std::string_view severity_text, body;
  std::uint64_t severity = 0;
  Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::fixed64(1):
        record.time = read_time(reader.get_fixed64());
        break;
      case protobuf::varint(2):
        severity = reader.get_uint64();
        break;
      case protobuf::bytes(3):
        severity_text = protobuf::view(reader);
        break;
      case protobuf::bytes(5):
        body = protobuf::view(reader);
        break;
      case protobuf::bytes(6):
        add_attribute(record.attributes, protobuf::view(reader));
        break;
      case protobuf::bytes(9):
        record.trace_id = read_id<16>(protobuf::view(reader));
        break;
      case protobuf::bytes(10):
        record.span_id = read_id<8>(protobuf::view(reader));
        break;
      case protobuf::fixed64(11):
        observed = read_time(reader.get_fixed64());
        break;
      default:
        reader.skip();
    }
  }
  if (!record.time) record.time = observed;
  record.severity = severity >= 1 && severity <= 24 ? static_cast<int>(severity) : severity_of(severity_text);
  record.body = value_text(body, kLogLineBytes);
  finish_attributes(record.attributes);
  return record;
}

}  // namespace

std::vector<Signals> decode_logs(std::string_view body, const Verdict& verdict) {
  ItemFilter filter(verdict);
  return decode_resources(body, [&](std::string_view message, Signals& signals) {
    if (filter.keep_next()) signals.logs.push_back(read_record(message));
  });
}

}  // namespace nightjar::otlp
