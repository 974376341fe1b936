#include "wire/logs/trace_state.h"

#include <algorithm>

#include "wire/logs/exception_text.h"
#include "wire/logs/text_parts.h"

namespace nightjar::logs {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t'; }

bool contains_without_case(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(), same) != text.end();
}

constexpr std::string_view kTraceback = "Traceback (most recent call last):";

bool is_goroutine(std::string_view line) {
  return line.starts_with("goroutine ") && line.size() > 11 && line[10] >= '0' && line[10] <= '9';
}

// "main.serve(0xc000, 0x1)", "net/http.(*conn).serve(0xc0001)", "created by main.main", "exit status 2".
bool is_of_go(std::string_view line) {
  if (is_goroutine(line) || line.starts_with("created by ") || line.starts_with("[signal ") ||
      line.starts_with("exit status ") || line.starts_with("panic: ") || line.starts_with("[originating from "))
    return true;
  const std::size_t paren = line.find('(');
  return paren != line.npos && line.back() == ')' && line.find(' ') > paren;
}

bool is_python_name_line(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && ((line[end] >= '0' && line[end] <= '9') || (line[end] >= 'A' && line[end] <= 'Z') ||
                               (line[end] >= 'a' && line[end] <= 'z') || line[end] == '_' || line[end] == '.'))
    ++end;
  return end > 0 && !(line[0] >= '0' && line[0] <= '9') && (end == line.size() || line[end] == ':');
}

}  // namespace

void TraceState::begin(std::string_view line, int severity) {
  line = line.substr(0, 4096);
  const std::string_view text = trimmed(line);
  lines_ = 1;
  form_ = Form::plain;
  introduces_ = false;
  if (text.find(kTraceback) != text.npos) {
    form_ = Form::python;
  } else if (is_goroutine(text) || text.find("panic") != text.npos || text.starts_with("fatal error: ")) {
    form_ = Form::go;
  } else if (exception_at_start(text).type.empty()) {
    introduces_ = severity >= 13 || contains_without_case(text, "error") || contains_without_case(text, "exception") ||
                  contains_without_case(text, "fail");
  }
}

bool TraceState::goes_on(std::string_view line) {
  if (form_ == Form::none || lines_ >= kJoinedLines) return false;
  const std::string_view text = trimmed(line);
  const auto yes = [this](Form form) {
    form_ = form;
    ++lines_;
    return true;
  };
  if (text.empty()) return yes(form_);  // says nothing of its own
  const bool indented = is_space(line.front());
  if (indented) {
    const bool frame = text.starts_with("at ") || text.starts_with("... ") || text.starts_with("Caused by: ") ||
                       text.starts_with("Suppressed: ") || text.starts_with("--- End of ");
    return yes(frame && form_ == Form::plain ? Form::frames : form_);
  }
  if (form_ == Form::python && is_python_name_line(text)) return yes(Form::python_named);
  if (form_ == Form::python_named) {
    if (text.starts_with("During handling of the above exception") ||
        text.starts_with("The above exception was the direct cause"))
      return yes(form_);
    if (text.starts_with(kTraceback)) return yes(Form::python);
  }
  if (form_ == Form::go && is_of_go(text)) return yes(form_);
  if (text.starts_with("Caused by: ")) return yes(Form::frames);
  if (form_ == Form::frames && text.starts_with("--- End of ")) return yes(form_);
  if (form_ == Form::plain && introduces_) {
    introduces_ = false;
    if (text.starts_with(kTraceback)) return yes(Form::python);
    // logback and log4j print the message, then the exception at the margin, then its frames.
    if (!exception_at_start(text).type.empty()) return yes(Form::frames);
  }
  return false;
}

}  // namespace nightjar::logs
