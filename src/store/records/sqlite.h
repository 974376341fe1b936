// store/records/sqlite.h
// The little of SQLite that store/records needs, with errors as absl::Status. A Database and its Statements belong to
// one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace nightjar {

class Database {
 public:
  // Creates the file when it is missing. Errors say what to do next.
  static absl::StatusOr<Database> open(const std::string& path);
  Database() = default;
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  ~Database();

  // Fsyncs what was committed (the write-ahead log). Any thread.
  absl::Status make_durable() const;
  // One or several statements without results.
  absl::Status run(const char* sql);
  sqlite3* handle() const { return handle_; }
  absl::Status failure(std::string_view doing) const;  // of the last call

 private:
  std::string path_;
  sqlite3* handle_ = nullptr;
};

// One use: prepared, bound, stepped, gone. Parameters are bound in order; what fails in between is told by step().
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  Statement(const Statement&) = delete;
  ~Statement();

  Statement& bind(std::int64_t value);
  Statement& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
  Statement& bind(std::string_view value);  // copied
  Statement& bind(Timestamp value) { return bind(value.ns); }
  Statement& bind(const std::optional<Timestamp>& value);  // NULL when absent

  absl::StatusOr<bool> step();  // true: a row is there
  absl::Status run();           // to the end, rows are ignored

  std::int64_t integer(int column) const;
  std::string_view text(int column) const;  // until the next step
  Timestamp time(int column) const { return {integer(column)}; }

 private:
  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
  int next_ = 1;
  bool failed_ = false;
};

}  // namespace nightjar
