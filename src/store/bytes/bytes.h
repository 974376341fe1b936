// store/bytes/bytes.h
// How the store writes numbers and texts: keys so that their byte order is their number order, values small. Pure.
//
//   ByteWriter out;  out.varint(3), out.text("payment");
//   ByteReader in(bytes);  in.varint() == 3, in.text() == "payment", in.whole();
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/statistics/duration_sketch.h"

namespace nightjar {

class ByteWriter {
 public:
  void fixed8(std::uint8_t v) { bytes_.push_back(static_cast<char>(v)); }
  void big_endian32(std::uint32_t v);  // for keys
  void big_endian64(std::uint64_t v);
  void little_endian32(std::uint32_t v);  // for values
  void little_endian64(std::uint64_t v);
  void varint(std::uint64_t v);  // 1 to 10 bytes, 7 bits each, least significant first
  void zigzag(std::int64_t v);   // small magnitudes small
  void real(double v);
  void text(std::string_view v);  // length, bytes
  void raw(std::string_view v) { bytes_.append(v); }
  void sketch(const DurationSketch& v);

  std::string take() { return std::move(bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads what ByteWriter wrote. Past the end, or where a number does not fit, everything is 0 or "" and whole() is
// false: check once at the end. Views point into the bytes given.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}
  std::uint8_t fixed8();
  std::uint32_t big_endian32();
  std::uint64_t big_endian64();
  std::uint32_t little_endian32();
  std::uint64_t little_endian64();
  std::uint64_t varint();
  std::int64_t zigzag();
  double real();
  std::string_view text();
  std::string_view raw(std::size_t length);
  DurationSketch sketch();
  // How many items a list says it has; 0 and broken when more than the bytes left could hold.
  std::size_t list_length();

  std::string_view rest() const { return rest_; }
  bool good() const { return good_; }
  bool whole() const { return good_ && rest_.empty(); }

 private:
  std::uint64_t fixed(std::size_t width, bool big_endian);
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace nightjar
