// wire/logs/line_text.h
// From one line to a LogRecord, whoever brought it. Called by the decoders of Loki pushes and line batches. Pure.
//
//   JSON     {"message":…}: message | msg | log | @message | short_message | body | event is the body; level, time,
//   trace
//            and span id are taken from where loggers put them; what is left is attributes ("error.type"). A "log" that
//            is itself JSON or logfmt (a container runtime's wrapping) is opened once more.
//   logfmt   level=info msg="…": likewise, when a message or a level is among the fields
//   plain    the line is the body; a level at its start and a leading RFC 3339 time are read
#pragma once

#include <cstddef>
#include <string_view>

#include "model/signals.h"

namespace nightjar::logs {

// Attributes that all lines of one body may bring together; further lines stay as they are. Bounds what small fields
// grow to in memory.
constexpr std::size_t kAttributesPerBody = 500'000;

struct LineReading {
  Timestamp received;  // 0: unknown. A time in the line further than 10 min ahead or 7 days behind is not believed
  bool time_is_known = false;    // record.time was said by the protocol: the line's own is not asked
  std::size_t& attributes_left;  // of kAttributesPerBody
};

// Fills body, and what record does not have yet: severity, time (from the line, else `received`), ids, exception.type
// and exception.message, attributes (appended: the caller sorts them with finish_attributes).
void read_line(std::string_view text, const LineReading& reading, LogRecord& record);

}  // namespace nightjar::logs
