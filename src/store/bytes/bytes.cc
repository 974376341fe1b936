#include "store/bytes/bytes.h"

#include <bit>

namespace nightjar {
namespace {

void append_fixed(std::string& bytes, std::uint64_t v, std::size_t width, bool big_endian) {
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t shift = 8 * (big_endian ? width - 1 - i : i);
    bytes.push_back(static_cast<char>(v >> shift));
  }
}

}  // namespace

void ByteWriter::big_endian32(std::uint32_t v) { append_fixed(bytes_, v, 4, true); }
void ByteWriter::big_endian64(std::uint64_t v) { append_fixed(bytes_, v, 8, true); }
void ByteWriter::little_endian32(std::uint32_t v) { append_fixed(bytes_, v, 4, false); }
void ByteWriter::little_endian64(std::uint64_t v) { append_fixed(bytes_, v, 8, false); }

void ByteWriter::varint(std::uint64_t v) {
  for (; v >= 0x80; v >>= 7) bytes_.push_back(static_cast<char>(v | 0x80));
  bytes_.push_back(static_cast<char>(v));
}

void ByteWriter::zigzag(std::int64_t v) {
  varint((static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63));
}

void ByteWriter::real(double v) { little_endian64(std::bit_cast<std::uint64_t>(v)); }

void ByteWriter::text(std::string_view v) {
  varint(v.size());
  bytes_.append(v);
}

// Ascending bucket numbers as distances: most are one byte.
void ByteWriter::sketch(const DurationSketch& v) {
  varint(v.buckets().size());
  std::uint16_t before = 0;
  for (const auto& [bucket, count] : v.buckets()) {
    varint(static_cast<std::uint64_t>(bucket - before));
    varint(count);
    before = bucket;
  }
}

std::uint64_t ByteReader::fixed(std::size_t width, bool big_endian) {
  const std::string_view bytes = raw(width);
  std::uint64_t v = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    v = v << 8 | static_cast<unsigned char>(bytes[big_endian ? i : bytes.size() - 1 - i]);
  return v;
}

std::uint8_t ByteReader::fixed8() { return static_cast<std::uint8_t>(fixed(1, true)); }
std::uint32_t ByteReader::big_endian32() { return static_cast<std::uint32_t>(fixed(4, true)); }
std::uint64_t ByteReader::big_endian64() { return fixed(8, true); }
std::uint32_t ByteReader::little_endian32() { return static_cast<std::uint32_t>(fixed(4, false)); }
std::uint64_t ByteReader::little_endian64() { return fixed(8, false); }

std::uint64_t ByteReader::varint() {
  std::uint64_t v = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) break;
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    if (shift == 63 && byte > 1) break;  // does not fit 64 bits
    v |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return v;
  }
  good_ = false;
  rest_ = {};
  return 0;
}

std::int64_t ByteReader::zigzag() {
  const std::uint64_t v = varint();
  return static_cast<std::int64_t>((v >> 1) ^ (~(v & 1) + 1));
}

double ByteReader::real() { return std::bit_cast<double>(little_endian64()); }

std::string_view ByteReader::text() {
  const std::uint64_t length = varint();
  return raw(length > rest_.size() ? rest_.size() + 1 : static_cast<std::size_t>(length));
}

std::string_view ByteReader::raw(std::size_t length) {
  if (length > rest_.size()) {
    good_ = false;
    rest_ = {};
    return {};
  }
  const std::string_view bytes = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return bytes;
}

DurationSketch ByteReader::sketch() {
  std::vector<DurationSketch::Bucket> buckets(list_length());
  std::uint64_t bucket = 0;
  for (auto& [number, count] : buckets) {
    bucket += varint();
    number = static_cast<std::uint16_t>(bucket);
    count = varint();
  }
  if (bucket > 0xffff) good_ = false;
  for (std::size_t i = 1; i < buckets.size(); ++i)
    if (buckets[i - 1].first >= buckets[i].first) good_ = false;
  return good_ ? DurationSketch::from_buckets(std::move(buckets)) : DurationSketch{};
}

std::size_t ByteReader::list_length() {
  const std::uint64_t length = varint();
  if (length <= rest_.size()) return static_cast<std::size_t>(length);
  good_ = false;
  rest_ = {};
  return 0;
}

}  // namespace nightjar
