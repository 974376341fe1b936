// store/journal/record_frame.h
// What stands around each record's bytes on the disk, so that a flipped bit is found and costs that one record:
//
//   crc32c of the rest (4) | sequence (8) | time (8) | hash (32, decisions only) | bytes
//
// numbers little endian. Keys: the sequence, big endian; effects add their index (4). Used only by store/journal.
#pragma once

#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/time.h"
#include "model/ids.h"

namespace nightjar {

enum class RecordFault : std::uint8_t { none, checksum, wrong_sequence, cut_short, unreadable };
std::string_view word(RecordFault fault);

struct Frame {
  RecordFault fault = RecordFault::none;  // when not none, nothing below can be trusted
  Sequence sequence = 0;
  Timestamp time;
  std::string_view hash;  // decisions
  std::string_view bytes;
};

// The part in front of the bytes. `hash` is empty for signals and effects.
std::string frame_header(Sequence sequence, Timestamp time, std::string_view hash, std::string_view bytes);
// `hash_size`: 32 for decisions, else 0. `expected`: the sequence of the key.
Frame read_frame(std::string_view value, Sequence expected, std::size_t hash_size);

// hash = SHA-256(hash before | sequence | time | bytes): what a decision says, when, and all that was decided before.
Sha256 chain_hash(const Sha256& before, Sequence sequence, Timestamp time, std::string_view bytes);

std::string sequence_key(Sequence sequence);
std::string effect_key(Sequence sequence, std::uint32_t index);
Sequence sequence_of_key(std::string_view key);

}  // namespace nightjar
