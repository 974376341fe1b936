#include "store/bytes/rocks.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>

#include "base/text.h"

namespace nightjar {

rocksdb::DBOptions rocks_settings() {
  rocksdb::DBOptions settings;
  settings.create_if_missing = true;
  settings.create_missing_column_families = true;
  // A torn tail was never acknowledged. Anything else is a hole and stops the opening: the default mode would quietly
  // drop acknowledged records behind a bad one.
  settings.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  settings.recycle_log_file_num = 0;
  settings.max_bgerror_resume_count = 0;  // after a failed fsync nobody knows what is on the disk
  settings.avoid_flush_during_recovery = true;
  // A family that is written seldom would otherwise pin the log of one that is written all the time.
  settings.max_total_wal_size = 256u << 20;
  settings.max_background_jobs = 2;
  settings.max_open_files = 512;
  settings.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  settings.keep_log_file_num = 3;
  settings.max_log_file_size = 1u << 20;
  settings.stats_dump_period_sec = 0;
  return settings;
}

rocksdb::ColumnFamilyOptions rocks_family(std::size_t block_bytes, std::size_t write_buffer_bytes) {
  rocksdb::ColumnFamilyOptions family;
  family.compression = rocksdb::kZSTD;
  family.write_buffer_size = write_buffer_bytes;
  family.target_file_size_base = write_buffer_bytes;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = block_bytes;
  table.format_version = 5;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

absl::Status prepare_folder(std::string_view what, std::string_view path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const bool made = fs::create_directories(fs::path(path), error);
  if (error)
    return internal_error("{}: cannot create {}: {}; create it for this user or set another data_dir", what, path,
                          error.message());
  if (made) fs::permissions(fs::path(path), fs::perms::owner_all, error);
  if (access(std::string(path).c_str(), R_OK | W_OK | X_OK) != 0)
    return permission_denied("{}: {} cannot be written: {}; give it to this user or set another data_dir", what, path,
                             std::strerror(errno));
  return absl::OkStatus();
}

absl::Status rocks_failure(std::string_view what, std::string_view path, std::string_view doing,
                           const rocksdb::Status& status) {
  const std::string text = status.ToString();
  if (status.IsNoSpace() || text.find("No space left") != std::string::npos)
    return unavailable("{}: the disk of {} is full; free some space and restart", what, path);
  if (text.find("lock") != std::string::npos || text.find("LOCK") != std::string::npos)
    return failed_precondition("{}: {} is in use by another process; stop the other nightjar or set another data_dir",
                               what, path);
  if (text.find("Permission denied") != std::string::npos || text.find("Read-only") != std::string::npos)
    return permission_denied("{}: {} cannot be written; give it to this user or set another data_dir ({})", what, path,
                             text);
  if (status.IsCorruption())
    return {absl::StatusCode::kDataLoss,
            to_absl(fmt::format("{}: {} is damaged ({}); keep a copy and open it with salvage, or restore a backup",
                                what, path, text))};
  return internal_error("{}: cannot {} {}: {}", what, doing, path, text);
}

rocksdb::Slice to_slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view to_view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

}  // namespace nightjar
