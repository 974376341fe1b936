// store/bytes/rocks.h
// What the journal and the rollups share of RocksDB: settings that hold everywhere, and its failures as ours, each with
// what to do next. Only .cc files include RocksDB's own headers.
#pragma once

#include <string_view>

#include <absl/status/status.h>

namespace rocksdb {
class Status;
struct DBOptions;
struct ColumnFamilyOptions;
class Slice;
}  // namespace rocksdb

namespace nightjar {

// Durability as the design's page on reliability sets it; few files, few threads, little log.
rocksdb::DBOptions rocks_settings();
// zstd blocks of `block_bytes`; `cache_bytes` 0: RocksDB's default of 8 MiB.
rocksdb::ColumnFamilyOptions rocks_family(std::size_t block_bytes, std::size_t write_buffer_bytes);

// Creates `path` (owner only) and checks that it can be written. `what`: "journal", "rollups".
absl::Status prepare_folder(std::string_view what, std::string_view path);
// `doing`: "open", "write".
absl::Status rocks_failure(std::string_view what, std::string_view path, std::string_view doing,
                           const rocksdb::Status& status);

rocksdb::Slice to_slice(std::string_view bytes);
std::string_view to_view(const rocksdb::Slice& slice);

}  // namespace nightjar
