// Appending.
#include "store/journal/journal.h"

#include <array>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "base/check.h"
#include "base/text.h"
#include "store/bytes/bytes.h"
#include "store/bytes/rocks.h"

namespace nightjar {
namespace {

// Header and bytes without gluing them first: bodies are megabytes.
rocksdb::Status put(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* family, std::string_view key,
                    std::string_view header, std::string_view bytes) {
  const rocksdb::Slice key_slice = to_slice(key);
  const std::array<rocksdb::Slice, 2> parts{to_slice(header), to_slice(bytes)};
  return batch.Put(family, rocksdb::SliceParts(&key_slice, 1),
                   rocksdb::SliceParts(parts.data(), static_cast<int>(parts.size())));
}

std::string_view as_text(const Sha256& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

}  // namespace

absl::Status Journal::append(std::span<const JournalRecord> records) {
  if (records.empty()) return absl::OkStatus();
  const std::lock_guard lock(appending_);
  if (!broken_.ok()) return broken_;
  Sha256 head = chain_head_;
  Sequence last = last_sequence_;
  rocksdb::WriteBatch batch;
  for (const JournalRecord& record : records) {
    CHECK(record.sequence > last);
    last = record.sequence;
    std::string header;
    if (record.stream == JournalStream::decisions) {
      head = chain_hash(head, record.sequence, record.time, record.bytes);
      header = frame_header(record.sequence, record.time, as_text(head), record.bytes);
    } else {
      header = frame_header(record.sequence, record.time, {}, record.bytes);
    }
    const Family family = record.stream == JournalStream::decisions ? kDecisions : kSignals;
    const rocksdb::Status status = put(batch, families_[family], sequence_key(record.sequence), header, record.bytes);
    if (!status.ok()) return write_failed("append to", rocks_failure("journal", path_, "write", status));
  }
  rocksdb::WriteOptions synced;
  synced.sync = true;
  if (const rocksdb::Status status = db_->Write(synced, &batch); !status.ok())
    return write_failed("append to", rocks_failure("journal", path_, "write", status));
  chain_head_ = head;
  last_sequence_ = last;
  return absl::OkStatus();
}

absl::Status Journal::append_effects(std::span<const JournalEffects> effects) {
  const std::lock_guard lock(appending_);
  if (!broken_.ok()) return broken_;
  rocksdb::WriteBatch batch;
  Sequence last = last_effects_sequence_;
  for (const JournalEffects& one : effects) {
    // Only when they are told again: each deleted range costs every later reader a look.
    if (one.sequence <= last)
      batch.DeleteRange(families_[kEffects], effect_key(one.sequence, 0), effect_key(one.sequence + 1, 0));
    if (!one.effects.empty()) last = std::max(last, one.sequence);
    for (std::uint32_t i = 0; i < one.effects.size(); ++i)
      put(batch, families_[kEffects], effect_key(one.sequence, i), frame_header(one.sequence, {}, {}, one.effects[i]),
          one.effects[i]);
  }
  if (const rocksdb::Status status = db_->Write(rocksdb::WriteOptions(), &batch); !status.ok())
    return write_failed("write effects to", rocks_failure("journal", path_, "write", status));
  last_effects_sequence_ = last;
  return absl::OkStatus();
}

absl::Status Journal::append_effects(Sequence sequence, const std::vector<std::string>& effects) {
  const JournalEffects one{sequence, effects};
  return append_effects({&one, 1});
}

absl::Status Journal::make_durable() {
  const rocksdb::Status status = db_->SyncWAL();
  return status.ok() ? absl::OkStatus() : rocks_failure("journal", path_, "sync", status);
}

absl::Status Journal::write_failed(std::string_view doing, const absl::Status& why) {
  broken_ = unavailable("cannot {} the journal any more ({}); restart nightjar when the disk is well", doing,
                        message_of(why));
  return broken_;
}

absl::Status Journal::set_position(std::string_view name, Sequence sequence) {
  ByteWriter value;
  value.little_endian64(sequence);
  const std::lock_guard lock(appending_);
  if (!broken_.ok()) return broken_;
  const rocksdb::Status status =
      db_->Put(rocksdb::WriteOptions(), families_[kDefault], to_slice(name), to_slice(value.bytes()));
  return status.ok() ? absl::OkStatus() : write_failed("write to", rocks_failure("journal", path_, "write", status));
}

absl::StatusOr<Sequence> Journal::position(std::string_view name) const {
  std::string value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), families_[kDefault], to_slice(name), &value);
  if (status.IsNotFound()) return Sequence{0};
  if (!status.ok()) return rocks_failure("journal", path_, "read", status);
  return ByteReader(value).little_endian64();
}

}  // namespace nightjar
