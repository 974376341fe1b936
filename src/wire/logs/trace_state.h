// wire/logs/trace_state.h
// Which lines go on with the one before: frames of Java, Kotlin, .NET and Node ("at …", "Caused by:", "... 12 more"),
// a Python traceback up to the line that names the error, what Go prints after "panic:", and whatever is indented. One
// per source of lines, fed in order. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace nightjar::logs {

constexpr std::size_t kJoinedLines = 256;

class TraceState {
 public:
  // A line that begins a record. `severity` as far as it is known.
  void begin(std::string_view line, int severity);
  // Whether `line` belongs to the record that is open; takes it in if so. False without one, and when the record has
  // reached kJoinedLines.
  bool goes_on(std::string_view line);
  void close() { form_ = Form::none; }

 private:
  enum class Form : std::uint8_t { none, plain, frames, python, python_named, go };
  Form form_ = Form::none;
  bool introduces_ = false;  // a trace may follow that begins at the margin: the line speaks of trouble
  std::size_t lines_ = 0;
};

}  // namespace nightjar::logs
