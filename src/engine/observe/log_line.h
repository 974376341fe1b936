// engine/observe/log_line.h
// What a log record says, without its packing: JSON and logfmt bodies give their message, the time and level that many
// programs write in front go, several lines become the first one and the top frames. Pure; text is untrusted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/observe/observe_settings.h"
#include "model/ids.h"
#include "model/signals.h"

namespace nightjar {

struct LogLine {
  std::string_view text;     // into the record or into `buffer`
  std::string_view example;  // the first line as it came
  int severity = 0;
};

// `buffer` holds text that had to be made; it must outlive the LogLine.
LogLine read_log_line(const LogRecord& record, const PatternLimits& limits, std::string& buffer);

// Where a record stands in a stack trace that came line by line: its header or a frame begins or goes on with one.
enum class TracePart : std::uint8_t { none, header, frame, indented };
TracePart trace_part(std::string_view body);

// "exception KeyError: 'discount'", values masked; the same text wherever the exception was recorded.
std::string exception_pattern(std::string_view type, std::string_view message, const PatternLimits& limits);

PatternId pattern_id(std::string_view service, std::string_view text);

// Severity number of a level's name in any case ("WARN", "error"); 0: not a level.
int severity_of_level(std::string_view word);

}  // namespace nightjar
