// Opening: settings, tables, versions.
#include "store/records/records.h"

#include <filesystem>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::int64_t kVersion = 2;

constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS incidents (
  id INTEGER PRIMARY KEY, service TEXT NOT NULL, opened_at INTEGER NOT NULL, resolved_at INTEGER, document TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS incidents_by_time ON incidents(opened_at);
CREATE TABLE IF NOT EXISTS changes (
  id INTEGER PRIMARY KEY, service TEXT NOT NULL, started_at INTEGER NOT NULL, document TEXT NOT NULL,
  key TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS changes_by_time ON changes(started_at);
CREATE INDEX IF NOT EXISTS changes_by_service ON changes(service, started_at);
CREATE INDEX IF NOT EXISTS changes_by_key ON changes(key);
CREATE TABLE IF NOT EXISTS actions (
  id INTEGER PRIMARY KEY, incident INTEGER NOT NULL, state TEXT NOT NULL, proposed_at INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS actions_by_time ON actions(proposed_at);
CREATE INDEX IF NOT EXISTS actions_by_incident ON actions(incident);
CREATE INDEX IF NOT EXISTS actions_by_state ON actions(state);
CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY, destination TEXT NOT NULL, operation TEXT NOT NULL, at INTEGER NOT NULL,
  reported_at INTEGER, delivered INTEGER NOT NULL DEFAULT 0, external_ref TEXT NOT NULL DEFAULT '',
  url TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '', document TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS deliveries_by_time ON deliveries(at);
CREATE TABLE IF NOT EXISTS tickets (
  id INTEGER PRIMARY KEY, incident INTEGER NOT NULL, opened_at INTEGER NOT NULL, document TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS tickets_by_time ON tickets(opened_at);
CREATE INDEX IF NOT EXISTS tickets_by_incident ON tickets(incident);
CREATE TABLE IF NOT EXISTS alerts (
  fingerprint INTEGER NOT NULL, starts_at INTEGER NOT NULL, first_heard_at INTEGER NOT NULL,
  PRIMARY KEY (fingerprint, starts_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS alerts_by_time ON alerts(first_heard_at);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, number INTEGER NOT NULL, text TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL DEFAULT 0) STRICT;
)sql";

}  // namespace

absl::StatusOr<std::unique_ptr<Records>> Records::open(const std::string& path, const RecordCodec& codec) {
  std::error_code error;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  std::unique_ptr<Records> records(new Records);
  records->codec_ = codec;
  for (Database* database : {&records->writer_, &records->reader_}) {
    auto opened = Database::open(path);
    if (!opened.ok()) return opened.status();
    *database = *std::move(opened);
    if (database == &records->writer_)
      if (absl::Status status = records->prepare(); !status.ok()) return status;
  }
  if (absl::Status status = records->reader_.run("PRAGMA query_only = 1"); !status.ok()) return status;
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
  return records;
}

absl::Status Records::prepare() {
  // NORMAL: the file cannot be torn; the last transactions may be lost with the machine, and the journal has them.
  absl::Status status = writer_.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  if (!status.ok()) return status;
  Statement version(writer_, "PRAGMA user_version");
  const auto row = version.step();
  if (!row.ok()) return row.status();
  if (version.integer(0) > kVersion)
    return failed_precondition("records: written by a newer nightjar (tables {}, this one knows {}); start that one",
                               version.integer(0), kVersion);
  // Version 1 had no key; changes from then are found by id and time only.
  if (version.integer(0) == 1) status = writer_.run("ALTER TABLE changes ADD COLUMN key TEXT NOT NULL DEFAULT ''");
  if (status.ok()) status = writer_.run(kTables);
  if (status.ok()) status = writer_.run(fmt::format("PRAGMA user_version = {}", kVersion).c_str());
  if (!status.ok()) return status;
  Statement last(writer_, "SELECT number FROM state WHERE name = 'sequence'");
  const auto found = last.step();
  if (!found.ok()) return found.status();
  if (*found) last_sequence_ = static_cast<Sequence>(last.integer(0));
  return absl::OkStatus();
}

absl::Status Records::make_durable() { return writer_.make_durable(); }

Sequence Records::last_sequence() const {
  const std::lock_guard lock(writing_);
  return last_sequence_;
}

}  // namespace nightjar
