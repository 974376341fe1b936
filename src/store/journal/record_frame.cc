#include "store/journal/record_frame.h"

#include <cstring>

#include "store/bytes/bytes.h"
#include "store/bytes/crc32c.h"

namespace nightjar {

std::string_view word(RecordFault fault) {
  switch (fault) {
    case RecordFault::none:
      return "none";
    case RecordFault::checksum:
      return "checksum";
    case RecordFault::wrong_sequence:
      return "wrong_sequence";
    case RecordFault::cut_short:
      return "cut_short";
    case RecordFault::unreadable:
      return "unreadable";
  }
  return {};
}

std::string frame_header(Sequence sequence, Timestamp time, std::string_view hash, std::string_view bytes) {
  ByteWriter covered;
  covered.little_endian64(sequence);
  covered.little_endian64(static_cast<std::uint64_t>(time.ns));
  covered.raw(hash);
  ByteWriter header;
  header.little_endian32(crc32c(bytes, crc32c(covered.bytes())));
  header.raw(covered.bytes());
  return header.take();
}

Frame read_frame(std::string_view value, Sequence expected, std::size_t hash_size) {
  ByteReader in(value);
  const std::uint32_t checksum = in.little_endian32();
  if (in.rest().size() < 16 + hash_size) return {RecordFault::cut_short, expected, {}, {}, {}};
  if (crc32c(in.rest()) != checksum) return {RecordFault::checksum, expected, {}, {}, {}};
  Frame frame;
  frame.sequence = in.little_endian64();
  frame.time.ns = static_cast<std::int64_t>(in.little_endian64());
  frame.hash = in.raw(hash_size);
  frame.bytes = in.rest();
  if (frame.sequence != expected) return {RecordFault::wrong_sequence, expected, {}, {}, {}};
  return frame;
}

Sha256 chain_hash(const Sha256& before, Sequence sequence, Timestamp time, std::string_view bytes) {
  ByteWriter all;
  all.raw({reinterpret_cast<const char*>(before.data()), before.size()});
  all.little_endian64(sequence);
  all.little_endian64(static_cast<std::uint64_t>(time.ns));
  all.raw(bytes);
  return sha256(all.bytes());
}

std::string sequence_key(Sequence sequence) {
  ByteWriter key;
  key.big_endian64(sequence);
  return key.take();
}

std::string effect_key(Sequence sequence, std::uint32_t index) {
  ByteWriter key;
  key.big_endian64(sequence);
  key.big_endian32(index);
  return key.take();
}

Sequence sequence_of_key(std::string_view key) { return ByteReader(key).big_endian64(); }

}  // namespace nightjar
