// Opening: the folder, the reserve, the families, and where the last run stopped.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include <rocksdb/db.h>

#include "base/text.h"
#include "store/bytes/rocks.h"
#include "store/journal/journal.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDatabase = "/records";
constexpr const char* kReserve = "/reserve";

// Not being able to make it is no reason not to start.
void make_reserve(const std::string& path, std::uint64_t bytes) {
  std::error_code error;
  if (bytes == 0 || fs::file_size(path, error) == bytes) return;
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) return;
  const bool made = posix_fallocate(file, 0, static_cast<off_t>(bytes)) == 0;
  ::close(file);
  if (!made) fs::remove(path, error);
}

std::vector<rocksdb::ColumnFamilyDescriptor> families_of(const JournalSettings& settings) {
  // Signals come packed: packing them again costs more than all of the rest and saves nothing.
  rocksdb::ColumnFamilyOptions signals = rocks_family(64 << 10, settings.write_buffer_bytes);
  signals.compression = rocksdb::kNoCompression;
  return {{rocksdb::kDefaultColumnFamilyName, rocks_family(4 << 10, 1 << 20)},
          {"signals", signals},
          {"decisions", rocks_family(16 << 10, std::min<std::size_t>(settings.write_buffer_bytes, 8 << 20))},
          {"effects", rocks_family(16 << 10, std::min<std::size_t>(settings.write_buffer_bytes, 16 << 20))}};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Journal>> Journal::open(const std::string& path, const JournalSettings& settings) {
  const bool read_only = settings.opening == JournalOpening::read_only;
  const std::string database = path + kDatabase, reserve = path + kReserve;
  if (read_only && !fs::exists(database)) return not_found("journal: there is none in {}; check data_dir", path);
  if (!read_only)
    if (absl::Status status = prepare_folder("journal", path); !status.ok()) return status;

  rocksdb::DBOptions options = rocks_settings();
  if (settings.opening == JournalOpening::salvage)
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  const auto families = families_of(settings);
  std::unique_ptr<Journal> journal(new Journal);
  journal->path_ = path;
  journal->settings_ = settings;
  const auto try_open = [&] {
    rocksdb::DB* db = nullptr;
    rocksdb::Status status = read_only
                                 ? rocksdb::DB::OpenForReadOnly(options, database, families, &journal->families_, &db)
                                 : rocksdb::DB::Open(options, database, families, &journal->families_, &db);
    journal->db_.reset(db);
    return status;
  };
  rocksdb::Status opened = try_open();
  if (!opened.ok() && !read_only &&
      rocks_failure("journal", path, "open", opened).code() == absl::StatusCode::kUnavailable) {
    std::error_code error;
    if (fs::remove(reserve, error)) opened = try_open();
  }
  if (!opened.ok()) return rocks_failure("journal", path, "open", opened);
  if (!read_only) make_reserve(reserve, settings.reserve_bytes);
  if (absl::Status status = journal->find_end(); !status.ok()) return status;
  return journal;
}

Journal::~Journal() {
  if (!db_) return;
  for (rocksdb::ColumnFamilyHandle* family : families_) db_->DestroyColumnFamilyHandle(family);
  db_->Close();
}

// Where to go on: the highest sequences, and the end of the chain.
absl::Status Journal::find_end() {
  for (const Family family : {kSignals, kDecisions, kEffects}) {
    std::unique_ptr<rocksdb::Iterator> last(db_->NewIterator(rocksdb::ReadOptions(), families_[family]));
    last->SeekToLast();
    if (!last->Valid()) {
      if (!last->status().ok()) return rocks_failure("journal", path_, "read", last->status());
      continue;
    }
    const Sequence sequence = sequence_of_key(to_view(last->key()));
    if (family == kEffects) {
      last_effects_sequence_ = sequence;
      continue;
    }
    last_sequence_ = std::max(last_sequence_.load(), sequence);
    if (family != kDecisions) continue;
    const std::string_view value = to_view(last->value());
    const Frame frame = read_frame(value, sequence, sizeof(Sha256));
    // The end itself is damaged: the chain goes on from whatever is there, and verify_chain names the record.
    if (frame.fault == RecordFault::none)
      std::copy(frame.hash.begin(), frame.hash.end(), reinterpret_cast<char*>(chain_head_.data()));
    else
      chain_head_ = sha256(value);
  }
  return absl::OkStatus();
}

}  // namespace nightjar
