// wire/logs/line_batch.h
// The body of Encoding::log_lines: raw lines as syslog senders and tailed files brought them, gathered by the door so
// that one fsync serves many. Nothing is parsed before it is journalled: a replay reads the same raw lines.
//
//   batch := "NJL1" line*
//   line  := size u32      bytes of what follows in this line
//            kind u8       0 plain, 1 syslog
//            marks u8      bit 0 cut by the door at kLogLineBytes; bit 1 begins a record; bit 2 goes on with the one
//            before received i64  nanoseconds since 1970, the door's wall clock length u16    of the source source
//            address of the sender, or path of the file; UTF-8 text          the line without its end, any bytes
//
// Numbers are little-endian. Items are lines. In decode() lines of one source that belong together become one LogRecord
// (record_joiner.h), so that there may be fewer records than lines. The edge of a batch is an edge of records: doors
// hold a batch back until its sources are quiet (at most a second), and what still comes later begins a record of its
// own. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "base/time.h"
#include "model/signals.h"
#include "wire/limits.h"

namespace nightjar {

enum class LineKind : std::uint8_t { plain, syslog };

struct BatchedLine {
  LineKind kind = LineKind::plain;
  bool cut = false, begins = false, goes_on = false;
  Timestamp received;
  std::string_view source;  // cut at 1,024 bytes when written
  std::string_view text;
};

// Starts a batch when `batch` is empty.
void append_line(std::string& batch, const BatchedLine& line);

absl::StatusOr<Verdict> judge_log_lines(std::string_view batch, const Limits& limits, Timestamp wall_now);
// One Signals per file, or per sender, host and program of syslog, in order of first appearance.
absl::StatusOr<std::vector<Signals>> decode_log_lines(std::string_view batch, const Verdict& verdict,
                                                      const Attributes& labels);

}  // namespace nightjar
