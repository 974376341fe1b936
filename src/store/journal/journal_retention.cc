// What goes, and how much room is left.
#include <filesystem>

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/metadata.h>

#include "base/text.h"
#include "store/bytes/rocks.h"
#include "store/journal/journal.h"

namespace nightjar {
namespace {

// First sequence of `family` at or after `from` whose record is not older than `limit`; times never go back, so halving
// finds it. `end` when all are older.
Sequence first_not_older(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, Timestamp limit, Sequence end) {
  std::unique_ptr<rocksdb::Iterator> at(db.NewIterator(rocksdb::ReadOptions(), family));
  Sequence low = 0, high = end;
  while (low < high) {
    const Sequence middle = low + (high - low) / 2;
    at->Seek(to_slice(sequence_key(middle)));
    if (!at->Valid()) {
      high = middle;
      continue;
    }
    const Sequence found = sequence_of_key(to_view(at->key()));
    const Frame frame = read_frame(to_view(at->value()), found, 0);
    if (frame.fault == RecordFault::none && frame.time < limit)
      low = found + 1;
    else
      high = middle;
  }
  return low;
}

// Drops whole files, oldest first, until the rest fits. Signals are written in order of their keys, so files do not
// overlap and the sum over them is the size.
Sequence first_that_fits(rocksdb::DB& db, std::uint64_t bytes) {
  std::vector<rocksdb::LiveFileMetaData> files;
  db.GetLiveFilesMetaData(&files);
  std::erase_if(files, [](const auto& file) { return file.column_family_name != "signals"; });
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.smallestkey < b.smallestkey; });
  std::uint64_t total = 0;
  for (const auto& file : files) total += file.size;
  Sequence cut = 0;
  for (const auto& file : files) {
    if (total <= bytes) break;
    total -= file.size;
    cut = std::max(cut, sequence_of_key(file.largestkey) + 1);
  }
  return cut;
}

absl::Status drop_before(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, Sequence cut, const std::string& path) {
  const std::string begin = sequence_key(0), end = sequence_key(cut);
  const rocksdb::Slice begin_slice = to_slice(begin), end_slice = to_slice(end);
  // Whole files at once; the rest of the range is marked and goes with the next compaction.
  rocksdb::Status status = rocksdb::DeleteFilesInRange(&db, family, &begin_slice, &end_slice, false);
  if (status.ok()) status = db.DeleteRange(rocksdb::WriteOptions(), family, begin_slice, end_slice);
  return status.ok() ? absl::OkStatus() : rocks_failure("journal", path, "drop old records of", status);
}

}  // namespace

absl::StatusOr<JournalDropped> Journal::drop_old(const JournalRetention& retention, Timestamp engine_time) {
  const Sequence end = last_sequence_ + 1;
  const Sequence may_go = retention.keep_from == 0 ? end : std::min(retention.keep_from, end);
  JournalDropped dropped;
  dropped.signals_before =
      std::min(may_go, std::max(first_not_older(*db_, families_[kSignals], engine_time - retention.signal_age, end),
                                first_that_fits(*db_, retention.signal_bytes)));
  if (dropped.signals_before > 0)
    if (absl::Status status = drop_before(*db_, families_[kSignals], dropped.signals_before, path_); !status.ok())
      return status;
  if (retention.effect_age) {
    // Effects carry no time of their own; decisions (a tick each second) tell when a sequence was.
    std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(rocksdb::ReadOptions(), families_[kDecisions]));
    Sequence low = 0, high = may_go;
    while (low < high) {
      const Sequence middle = low + (high - low) / 2;
      at->Seek(to_slice(sequence_key(middle)));
      const Sequence found = at->Valid() ? sequence_of_key(to_view(at->key())) : end;
      const bool old = at->Valid() && read_frame(to_view(at->value()), found, sizeof(Sha256)).time <
                                          engine_time - *retention.effect_age;
      if (old && found < may_go)
        low = found + 1;
      else
        high = middle;
    }
    dropped.effects_before = low;
    if (low > 0)
      if (absl::Status status = drop_before(*db_, families_[kEffects], low, path_); !status.ok()) return status;
  }
  return dropped;
}

absl::StatusOr<JournalRoom> Journal::room_left() const {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(path_, error);
  if (error) return internal_error("journal: cannot see how full the disk of {} is: {}", path_, error.message());
  JournalRoom room{space.available, space.capacity, DiskRoom::enough};
  // The smaller of the two: 5 % of a large disk would refuse work with a hundred gigabytes free.
  const std::uint64_t limit = std::min<std::uint64_t>(space.capacity / 20, 1ull << 30);
  if (room.free_bytes <= limit) room.room = DiskRoom::low;
  return room;
}

}  // namespace nightjar
