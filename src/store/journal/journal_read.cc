// Reading back, past damage, and proving that nothing was changed.
#include <rocksdb/db.h>

#include "base/text.h"
#include "store/bytes/rocks.h"
#include "store/journal/journal.h"

namespace nightjar {
namespace {

// One stream in order. Where a block of the file cannot be read, says so once and goes on behind it.
class StreamReader {
 public:
  StreamReader(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, JournalStream stream, Sequence from, Sequence last)
      : stream_(stream), next_(from), last_(last) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = 2 << 20;
    iterator_.reset(db.NewIterator(options, family));
    iterator_->Seek(to_slice(sequence_key(from)));
    settle();
  }

  bool at_end() const { return !hole_ && !iterator_->Valid(); }
  Sequence sequence() const { return hole_ ? *hole_ : sequence_of_key(to_view(iterator_->key())); }
  // Failed other than by damage: the disk said no.
  rocksdb::Status failure() const { return failure_; }

  JournalEntry entry() const {
    if (hole_) return {*hole_, {}, stream_, RecordFault::unreadable, {}};
    const Frame frame = this->frame();
    return {frame.sequence, frame.time, stream_, frame.fault, frame.bytes};
  }
  Frame frame() const {
    return read_frame(to_view(iterator_->value()), sequence(),
                      stream_ == JournalStream::decisions ? sizeof(Sha256) : 0);
  }
  bool in_hole() const { return hole_.has_value(); }
  std::string_view raw_value() const { return to_view(iterator_->value()); }

  void next() {
    if (hole_) {
      hole_.reset();  // the iterator already stands behind it
      return;
    }
    next_ = sequence() + 1;
    iterator_->Next();
    settle();
  }

 private:
  void settle() {
    if (iterator_->Valid() || iterator_->status().ok()) return;
    if (!iterator_->status().IsCorruption()) {
      failure_ = iterator_->status();
      return;
    }
    hole_ = next_;
    // The next readable record is in the next good block; sequences are dense, so stepping finds it.
    for (Sequence probe = next_ + 1; probe <= last_; ++probe) {
      iterator_->Seek(to_slice(sequence_key(probe)));
      if (iterator_->Valid() || iterator_->status().ok()) break;
    }
  }

  std::unique_ptr<rocksdb::Iterator> iterator_;
  JournalStream stream_;
  Sequence next_, last_;
  std::optional<Sequence> hole_;
  rocksdb::Status failure_;
};

}  // namespace

absl::Status Journal::for_each(Sequence from, const Visit& visit) const {
  const Sequence last = last_sequence_;
  StreamReader signals(*db_, families_[kSignals], JournalStream::signals, from, last);
  StreamReader decisions(*db_, families_[kDecisions], JournalStream::decisions, from, last);
  while (!signals.at_end() || !decisions.at_end()) {
    const bool take_signals = decisions.at_end() || (!signals.at_end() && signals.sequence() < decisions.sequence());
    StreamReader& reader = take_signals ? signals : decisions;
    if (absl::Status status = visit(reader.entry()); !status.ok()) return status;
    reader.next();
  }
  for (const StreamReader* reader : {&signals, &decisions})
    if (!reader->failure().ok()) return rocks_failure("journal", path_, "read", reader->failure());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Journal::effects_of(Sequence sequence) const {
  std::vector<std::string> effects;
  std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(rocksdb::ReadOptions(), families_[kEffects]));
  for (at->Seek(to_slice(effect_key(sequence, 0))); at->Valid() && sequence_of_key(to_view(at->key())) == sequence;
       at->Next()) {
    const Frame frame = read_frame(to_view(at->value()), sequence, 0);
    if (frame.fault != RecordFault::none)
      return absl::Status(absl::StatusCode::kDataLoss,
                          to_absl(fmt::format("journal: effect {} of input {} is damaged ({}); replay derives it again",
                                              effects.size(), sequence, word(frame.fault))));
    effects.emplace_back(frame.bytes);
  }
  if (!at->status().ok()) return rocks_failure("journal", path_, "read", at->status());
  return effects;
}

absl::StatusOr<ChainReport> Journal::verify_chain() const {
  ChainReport report;
  Sha256 head{};
  StreamReader decisions(*db_, families_[kDecisions], JournalStream::decisions, 0, last_sequence_);
  for (; !decisions.at_end(); decisions.next()) {
    const Sequence sequence = decisions.sequence();
    std::string bad;
    if (decisions.in_hole()) {
      bad = "a block of the file cannot be read";
    } else if (const Frame frame = decisions.frame(); frame.fault != RecordFault::none) {
      bad = fmt::format("the record is damaged ({})", word(frame.fault));
    } else {
      head = chain_hash(head, sequence, frame.time, frame.bytes);
      if (frame.hash != std::string_view(reinterpret_cast<const char*>(head.data()), head.size()))
        bad = "its hash does not follow from the record before it: one of the two was changed, or one between is gone";
      ++report.records;
      report.last = sequence;
    }
    if (bad.empty()) continue;
    report.first_bad = sequence;
    report.text = fmt::format("decision {}: {}", sequence, bad);
    break;
  }
  if (!decisions.failure().ok()) return rocks_failure("journal", path_, "read", decisions.failure());
  report.head = to_hex(head);
  return report;
}

absl::StatusOr<Journal::Range> Journal::signals_kept() const {
  std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(rocksdb::ReadOptions(), families_[kSignals]));
  Range range;
  at->SeekToFirst();
  if (at->Valid()) range.first = sequence_of_key(to_view(at->key()));
  at->SeekToLast();
  if (at->Valid()) range.last = sequence_of_key(to_view(at->key()));
  if (!at->status().ok()) return rocks_failure("journal", path_, "read", at->status());
  return range;
}

}  // namespace nightjar
