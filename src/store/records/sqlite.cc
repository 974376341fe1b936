#include "store/records/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace nightjar {

absl::StatusOr<Database> Database::open(const std::string& path) {
  Database database;
  database.path_ = path;
  const int code = sqlite3_open_v2(path.c_str(), &database.handle_,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) return database.failure("open");
  sqlite3_busy_timeout(database.handle_, 5000);
  return database;
}

Database::Database(Database&& other) noexcept { *this = std::move(other); }

Database& Database::operator=(Database&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(handle_, other.handle_);
  return *this;
}

Database::~Database() { sqlite3_close_v2(handle_); }

absl::Status Database::run(const char* sql) {
  return sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK ? absl::OkStatus() : failure("write");
}

absl::Status Database::make_durable() const {
  // By a descriptor of our own, so that no lock of SQLite is waited for. Never of the database file itself: closing
  // that one would give up the locks this process holds on it. What is not in the log any more was synced by the
  // checkpoint that moved it.
  const std::string log = path_ + "-wal";
  const int fd = ::open(log.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return absl::OkStatus();
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int code = errno;
  if (fd >= 0) ::close(fd);
  if (synced) return absl::OkStatus();
  return internal_error("records: cannot sync {}: {}; check the disk", log, std::strerror(code));
}

absl::Status Database::failure(std::string_view doing) const {
  const std::string_view text = handle_ ? sqlite3_errmsg(handle_) : "out of memory";
  switch (handle_ ? sqlite3_errcode(handle_) : SQLITE_NOMEM) {
    case SQLITE_FULL:
      return unavailable("records: the disk of {} is full; free some space", path_);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return unavailable("records: {} is in use by another process; stop the other nightjar", path_);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return permission_denied("records: cannot open or write {}: {}; give it to this user or set another data_dir",
                               path_, text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {
          absl::StatusCode::kDataLoss,
          to_absl(fmt::format("records: {} is damaged ({}); move it away and restart: what the journal still holds is "
                              "replayed into a new one",
                              path_, text))};
    default:
      return internal_error("records: cannot {} {}: {}", doing, path_, text);
  }
}

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
  failed_ = sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()), &statement_, nullptr) !=
            SQLITE_OK;
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(std::int64_t value) {
  if (!failed_) failed_ = sqlite3_bind_int64(statement_, next_++, value) != SQLITE_OK;
  return *this;
}

Statement& Statement::bind(std::string_view value) {
  if (!failed_)
    failed_ = sqlite3_bind_text64(statement_, next_++, value.data() ? value.data() : "", value.size(), SQLITE_TRANSIENT,
                                  SQLITE_UTF8) != SQLITE_OK;
  return *this;
}

Statement& Statement::bind(const std::optional<Timestamp>& value) {
  if (value) return bind(*value);
  if (!failed_) failed_ = sqlite3_bind_null(statement_, next_++) != SQLITE_OK;
  return *this;
}

absl::StatusOr<bool> Statement::step() {
  if (failed_) return database_.failure("read");
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_.failure("write");
}

absl::Status Statement::run() {
  for (;;) {
    const auto row = step();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
  }
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return bytes ? std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
               : std::string_view();
}

}  // namespace nightjar
