// wire/loki/push.h
// The protobuf outline of a push, walked without building: PushRequest{1: stream{1: labels text, 2: entry{1: time{1:
// seconds, 2: nanoseconds}, 2: line, 3: metadata{1: name, 2: value}}}}. Field 100 of a stream holds labels as {1: name,
// 2: value}: JSON gives them so, and json.cc keeps them so. Used by judge.cc and decode.cc; throws
// protozero::exception.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "base/time.h"
#include "wire/protobuf.h"

namespace nightjar::loki {

constexpr std::uint32_t kLabelField = 100;

struct Pair {
  std::string_view name, value;
};
Pair read_pair(std::string_view message);
// nullopt: before 1970, or past what nanoseconds can say.
std::optional<Timestamp> read_time(std::string_view message);

template <class Take>
void walk_streams(std::string_view body, Take take) {
  protobuf::Reader request = protobuf::reader_of(body);
  while (request.next()) {
    if (request.tag_and_type() == protobuf::bytes(1))
      take(protobuf::view(request));
    else
      request.skip();
  }
}

// Text, pair and entry may come in any order.
template <class Text, class Label, class Entry>
void walk_stream(std::string_view stream, Text text, Label label, Entry entry) {
  protobuf::Reader reader = protobuf::reader_of(stream);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::bytes(1):
        text(protobuf::view(reader));
        break;
      case protobuf::bytes(2):
        entry(protobuf::view(reader));
        break;
      case protobuf::bytes(kLabelField):
        label(read_pair(protobuf::view(reader)));
        break;
      default:
        reader.skip();
    }
  }
}

struct EntryHead {
  std::optional<Timestamp> time = Timestamp{};  // 0: none was sent; nullopt: not a time
  std::string_view line;
};
template <class Metadata>
EntryHead walk_entry(std::string_view entry, Metadata metadata) {
  EntryHead head;
  protobuf::Reader reader = protobuf::reader_of(entry);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::bytes(1):
        head.time = read_time(protobuf::view(reader));
        break;
      case protobuf::bytes(2):
        head.line = protobuf::view(reader);
        break;
      case protobuf::bytes(3):
        metadata(read_pair(protobuf::view(reader)));
        break;
      default:
        reader.skip();
    }
  }
  return head;
}

// A JSON push as protobuf, so that one judge and one decoder serve both. Errors as in wire/decode.h.
absl::StatusOr<std::string> json_to_push(std::string_view json);

}  // namespace nightjar::loki
