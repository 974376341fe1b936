// wire/logs/record_joiner.h
// Puts the lines of one source into records: a line that goes on with the one before (trace_state.h) becomes part of
// its record, so that a stack trace is one thing and not forty. One per source and body; the edge of a body is an edge:
// what comes in the next one begins a record of its own. A joined record says exception.type and exception.message, and
// is an ERROR when nobody said how bad it is. Pure.
#pragma once

#include "model/signals.h"
#include "wire/logs/trace_state.h"

namespace nightjar::logs {

// What the one who gathered the lines knows: a tailed file with a start pattern of its own.
enum class LineEdge : std::uint8_t { unknown, begins, goes_on };

class RecordJoiner {
 public:
  // `record`: of one line alone, its body with the line's own indentation.
  void add(std::vector<LogRecord>& logs, LogRecord record, LineEdge edge);
  // Behind the last line of the body.
  void finish(std::vector<LogRecord>& logs);

 private:
  TraceState state_;
  std::size_t open_ = 0;  // index in logs of the record that may go on
  bool is_open_ = false, joined_ = false;
};

}  // namespace nightjar::logs
