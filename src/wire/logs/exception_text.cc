#include "wire/logs/exception_text.h"

#include <algorithm>
#include <initializer_list>

#include "wire/logs/text_parts.h"

namespace nightjar::logs {
namespace {

bool is_name_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '.' ||
         c == '$' || c == '/' || c == '-';
}

bool is_exception_name(std::string_view name) {
  if (name.size() < 5 || name.size() > 200 || (name.front() >= '0' && name.front() <= '9')) return false;
  for (std::string_view end : {"Exception", "Error", "Throwable", "Fault", "Failure", "Interrupt", "Warning", "Exit"})
    if (name.ends_with(end)) return true;
  return false;
}

NamedException named_at(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && is_name_char(line[end])) ++end;
  std::string_view name = line.substr(0, end), rest = line.substr(end);
  // "System.AggregateException (0x80131500): text" and Node's "Error [ERR_X]: text".
  if (rest.starts_with(" (0x") || rest.starts_with(" [")) rest = rest.substr(std::min(rest.find(':'), rest.size()));
  if (!is_exception_name(name)) return {};
  if (rest.empty()) return {name, {}};
  if (rest.front() != ':') return {};
  return {name, trimmed(rest.substr(1))};
}

bool is_frame(std::string_view line) {
  const bool indented = !line.empty() && (line.front() == ' ' || line.front() == '\t');
  const std::string_view text = trimmed(line);
  return indented && (text.starts_with("at ") || text.starts_with("File \"") || text.starts_with("... "));
}

}  // namespace

NamedException exception_at_start(std::string_view line) {
  line = trimmed(line.substr(0, 8192));
  for (std::string_view before : {"Unhandled exception. ", "Unhandled exception: ", "Uncaught ", "Caused by: "})
    if (line.starts_with(before)) line.remove_prefix(before.size());
  if (line.starts_with("Exception in thread \"")) {
    const std::size_t quote = line.find("\" ", 21);
    if (quote != line.npos) line.remove_prefix(quote + 2);
  }
  if (line.starts_with("panic: ")) return {line.substr(0, 5), trimmed(line.substr(7))};
  if (line.starts_with("fatal error: ")) return {line.substr(0, 11), trimmed(line.substr(13))};
  return named_at(line);
}

NamedException find_exception(std::string_view trace) {
  if (const std::size_t header = trace.find("Traceback (most recent call last)"); header != trace.npos) {
    // The last line that is not indented names it.
    std::string_view rest = trimmed(trace.substr(header));
    while (!rest.empty()) {
      const std::size_t line_break = rest.rfind('\n');
      const std::string_view line = line_break == rest.npos ? rest : rest.substr(line_break + 1);
      const bool indented = line.empty() || line.front() == ' ' || line.front() == '\t';
      if (!indented && line_break != rest.npos) {
        if (const NamedException found = exception_at_start(line); !found.type.empty()) return found;
        // A class of one's own need not end in Error: "shop.OutOfStock: item 7".
        std::size_t end = 0;
        while (end < line.size() && is_name_char(line[end])) ++end;
        if (end > 0 && (end == line.size() || line[end] == ':'))
          return {line.substr(0, end), end == line.size() ? std::string_view() : trimmed(line.substr(end + 1))};
      }
      if (line_break == rest.npos) break;
      rest = rest.substr(0, line_break);
    }
    return {};
  }
  std::string_view rest = trace;
  for (int n = 0; n < 8 && !rest.empty(); ++n) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, std::min<std::size_t>(end, 2048));
    rest.remove_prefix(std::min(rest.size(), end + 1));
    if (is_frame(line)) return {};
    if (const NamedException found = exception_at_start(line); !found.type.empty()) return found;
    // Behind a header: "2026-11-24 10:22:31 ERROR shop - java.lang.IllegalStateException: no stock".
    for (std::size_t i = line.find(' '); i != line.npos; i = line.find(' ', i + 1)) {
      const std::string_view here = line.substr(i + 1);
      if (here.starts_with("panic: ")) return exception_at_start(here);
      if (const NamedException found = named_at(here); !found.type.empty()) return found;
    }
  }
  return {};
}

}  // namespace nightjar::logs
