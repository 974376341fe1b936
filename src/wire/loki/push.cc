#include "wire/loki/push.h"

namespace nightjar::loki {

Pair read_pair(std::string_view message) {
  Pair pair;
  protobuf::Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::bytes(1):
        pair.name = protobuf::view(reader);
        break;
      case protobuf::bytes(2):
        pair.value = protobuf::view(reader);
        break;
      default:
        reader.skip();
    }
  }
  return pair;
}

std::optional<Timestamp> read_time(std::string_view message) {
  std::uint64_t seconds = 0, nanoseconds = 0;
  protobuf::Reader reader = protobuf::reader_of(message);
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protobuf::varint(1):
        seconds = reader.get_uint64();
        break;
      case protobuf::varint(2):
        nanoseconds = reader.get_uint64();
        break;
      default:
        reader.skip();
    }
  }
  if (seconds > 9'000'000'000 || nanoseconds > 999'999'999) return std::nullopt;
  return Timestamp{static_cast<std::int64_t>(seconds * 1'000'000'000 + nanoseconds)};
}

}  // namespace nightjar::loki
