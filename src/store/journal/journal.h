// store/journal/journal.h
// All Inputs, in order, as they happened: raw signals (hours to days) and decisions (years, hash-chained), and the
// Effects they led to. run/live appends before anything is answered; replay and crash recovery read.
//
// What is acknowledged is durable: append() returns after fsync. Grouping many senders into one append is the caller's
// (run/live). Each record carries its checksum and sequence: a damaged one is lost alone and reported as such.
//
// Threads: one thread appends; any thread reads. RocksDB below, one folder, one process: a second one that wants to
// write is refused; a read-only opening (replay) looks at a journal in use as it is now.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/hash.h"
#include "base/time.h"
#include "model/ids.h"
#include "store/journal/record_frame.h"

namespace rocksdb {
class DB;
class ColumnFamilyHandle;
}  // namespace rocksdb

namespace nightjar {

enum class JournalStream : std::uint8_t { signals, decisions };

struct JournalRecord {
  Sequence sequence = 0;
  Timestamp time;
  JournalStream stream = JournalStream::decisions;
  std::string bytes;  // encode_input or encode_signals_record
};

// As read back. When `fault` is not none the bytes are gone; `sequence` is where (of `unreadable`: the first of the
// hole, the next entry is the first after it).
struct JournalEntry {
  Sequence sequence = 0;
  Timestamp time;
  JournalStream stream = JournalStream::decisions;
  RecordFault fault = RecordFault::none;
  std::string_view bytes;  // during the call only
};

struct JournalEffects {
  Sequence sequence = 0;  // of the Input
  std::vector<std::string> effects;
};

enum class JournalOpening : std::uint8_t {
  read_write,
  read_only,  // replay; changes nothing on the disk
  salvage,    // read_write, but skips what cannot be read in the log of the last minutes
};
struct JournalSettings {
  JournalOpening opening = JournalOpening::read_write;
  std::size_t write_buffer_bytes = 32u << 20;  // of signals; about three of these in memory
  // Kept so that a full disk still starts; 0 keeps none.
  std::uint64_t reserve_bytes = 64u << 20;
};

// What of the signals may go. Nothing at or after `keep_from` ever does (the oldest snapshot replays from there).
struct JournalRetention {
  std::uint64_t signal_bytes = 20ull << 30;  // as compressed on the disk; at the grain of one file
  Duration signal_age = days(3);
  std::optional<Duration> effect_age;  // absent: effects stay
  Sequence keep_from = 0;              // 0: everything may go
};
struct JournalDropped {
  Sequence signals_before = 0;  // all before this are gone; 0 none
  Sequence effects_before = 0;
};

enum class DiskRoom : std::uint8_t { enough, low };
struct JournalRoom {
  std::uint64_t free_bytes = 0, total_bytes = 0;
  // low: refuse ingest (503), go on with commands. The smaller of 5 % and 1 GiB is left, or less.
  DiskRoom room = DiskRoom::enough;
};

struct ChainReport {
  std::uint64_t records = 0;
  Sequence first_bad = 0;  // 0: the chain holds
  std::string text;        // what is wrong with it
  Sequence last = 0;
  std::string head;  // hash of the last decision, in hex: anchor it elsewhere to notice a cut tail
};

class Journal {
 public:
  // Errors: PERMISSION_DENIED, FAILED_PRECONDITION (in use), UNAVAILABLE (disk full), DATA_LOSS (a hole in the log:
  // salvage), NOT_FOUND (read_only of nothing). Each message is one line with what to do.
  static absl::StatusOr<std::unique_ptr<Journal>> open(const std::string& path, const JournalSettings& settings = {});
  ~Journal();

  // All or nothing, fsynced. Sequences must ascend and lie after last_sequence() (CHECKed). After a failure the journal
  // takes nothing more until it is opened anew: what a failed fsync left on the disk is unknown. UNAVAILABLE then and
  // afterwards.
  absl::Status append(std::span<const JournalRecord> records);
  // Not fsynced: effects are derived again from the inputs when the machine dies. Replaces what was there for the
  // sequence.
  absl::Status append_effects(std::span<const JournalEffects> effects);
  absl::Status append_effects(Sequence sequence, const std::vector<std::string>& effects);

  // Fsyncs what append_effects and set_position wrote. Any thread; appending goes on meanwhile.
  absl::Status make_durable();

  Sequence last_sequence() const { return last_sequence_.load(); }
  // The newest Input whose effects were appended (an empty list leaves no trace); 0 none.
  Sequence last_effects_sequence() const { return last_effects_sequence_.load(); }
  // First and last signals still kept; 0, 0 when there are none.
  struct Range {
    Sequence first = 0, last = 0;
  };
  absl::StatusOr<Range> signals_kept() const;

  // Signals and decisions from `from` on, merged by sequence, damaged ones included. Stops at the first error `visit`
  // returns and returns it.
  using Visit = std::function<absl::Status(const JournalEntry&)>;
  absl::Status for_each(Sequence from, const Visit& visit) const;
  // In order; empty when there are none. DATA_LOSS when one is damaged.
  absl::StatusOr<std::vector<std::string>> effects_of(Sequence sequence) const;

  // Recomputes the chain over all decisions.
  absl::StatusOr<ChainReport> verify_chain() const;

  absl::StatusOr<JournalDropped> drop_old(const JournalRetention& retention, Timestamp engine_time);
  absl::StatusOr<JournalRoom> room_left() const;

  // Small named positions kept beside the records ("effects_done", "snapshot"); 0 when never set. Not fsynced.
  absl::Status set_position(std::string_view name, Sequence sequence);
  absl::StatusOr<Sequence> position(std::string_view name) const;

 private:
  Journal() = default;
  absl::Status find_end();
  absl::Status write_failed(std::string_view doing, const absl::Status& why);

  enum Family : std::size_t { kDefault, kSignals, kDecisions, kEffects, kFamilies };
  std::string path_;
  JournalSettings settings_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  std::mutex appending_;
  absl::Status broken_;  // under appending_
  Sha256 chain_head_{};  // under appending_
  std::atomic<Sequence> last_sequence_ = 0;
  std::atomic<Sequence> last_effects_sequence_ = 0;
};

}  // namespace nightjar
