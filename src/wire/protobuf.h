// wire/protobuf.h
// What the protobuf decoders of wire/ add to protozero. Two rules of the house: a case label always names number and
// wire type (protozero only asserts the type, and one byte 0x08 aborted a first decoder), and get_bool() is never
// called (it reads a byte before it checks that there is one, and takes the two bytes 80 01 for false): flag() instead.
// protozero throws; each room catches protozero::exception where judge and decode enter it. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include <protozero/pbf_reader.hpp>

namespace nightjar::protobuf {

using Reader = protozero::pbf_reader;

// Case labels for reader.tag_and_type().
constexpr std::uint32_t varint(std::uint32_t number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::varint);
}
constexpr std::uint32_t fixed64(std::uint32_t number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::fixed64);
}
constexpr std::uint32_t bytes(std::uint32_t number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited);
}

inline Reader reader_of(std::string_view message) { return Reader(message.data(), message.size()); }
inline std::string_view view(Reader& reader) {
  const protozero::data_view bytes = reader.get_view();
  return {bytes.data(), bytes.size()};
}
inline bool flag(Reader& reader) { return reader.get_uint64() != 0; }

}  // namespace nightjar::protobuf
