#include "engine/observe/log_line.h"

#include <algorithm>
#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "engine/observe/chars.h"
#include "engine/observe/flatten.h"
#include "engine/observe/log_tokens.h"

namespace nightjar {
namespace {

constexpr std::size_t kFrames = 3;
constexpr std::string_view kLineBreak = " ⏎ ";

std::string_view trim(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= 32) text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= 32) text.remove_suffix(1);
  return text;
}

// --- the header a program writes before its message
// -------------------------------------------------------------------

// "2026-11-24", "10:22:31,123", "2026-11-24T10:22:31.123Z", "[24/Nov/2026:10:22:31", "03-17": digits with separators.
bool is_time_word(std::string_view word) {
  if (!word.empty() && word.front() == '[') word.remove_prefix(1);
  if (!word.empty() && word.back() == ']') word.remove_suffix(1);
  if (word.empty() || !is_digit(word.front())) return false;
  std::size_t digits = 0, separators = 0, letters = 0;
  for (const char c : word) {
    if (is_digit(c))
      ++digits;
    else if (c == ':' || c == '-' || c == '/' || c == '.')
      ++separators;
    else if (is_letter(c))
      ++letters;  // "T", "Z", "Nov", "UTC"
    else if (c != ',' && c != '+')
      return false;
  }
  return digits >= 4 && separators >= 1 && letters <= 4;
}

bool is_month(std::string_view word) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  return word.size() == 3 && kMonths.find(word) % 3 == 0 && kMonths.find(word) != std::string_view::npos;
}

struct Header {
  std::string_view rest;
  int severity = 0;
};

// A level is in capitals or in brackets; in plain lower case it may be the sentence's first word.
int level_of(std::string_view word) {
  const bool bracketed = word.size() > 2 && (word.front() == '[' || word.front() == '<') &&
                         (word.back() == ']' || word.back() == '>' || word.back() == ':');
  while (!word.empty() && !is_letter(word.front())) word.remove_prefix(1);
  while (!word.empty() && !is_letter(word.back())) word.remove_suffix(1);
  return bracketed || std::all_of(word.begin(), word.end(), is_upper) ? severity_of_level(word) : 0;
}

Header strip_header(std::string_view text) {
  Header header{text, 0};
  bool stripped = false;
  for (int part = 0; part < 8; ++part) {
    std::string_view rest = header.rest;
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    const std::string_view after = rest.substr(end);
    if (word.empty() || after.empty()) break;  // the last word is the message
    if (is_time_word(word)) {
      header.rest = after, stripped = true;
      continue;
    }
    if (is_month(word)) {  // "Nov 24 10:22:31"
      std::string_view day = trim(after).substr(0, 2);
      while (!day.empty() && !is_digit(day.back())) day.remove_suffix(1);
      const std::string_view clock = day.empty() ? day : trim(trim(after).substr(day.size()));
      const std::string_view clock_word = clock.substr(0, std::min(clock.find(' '), clock.size()));
      if (clock_word.empty() || !is_time_word(clock_word)) break;
      header.rest = clock.substr(clock_word.size()), stripped = true;
      continue;
    }
    if (const int level = level_of(word); level != 0) {
      if (header.severity == 0) header.severity = level;
      header.rest = after, stripped = true;
      continue;
    }
    // After a time or level: "[main]", "[pid 12]", "-", "|".
    const std::size_t close = rest.find(']');
    if (stripped && rest.front() == '[' && close != std::string_view::npos && close <= 64 && close + 1 < rest.size()) {
      header.rest = rest.substr(close + 1);
      if (!header.rest.empty() && header.rest.front() == ':') header.rest.remove_prefix(1);
      continue;
    }
    if (stripped && (word == "-" || word == "--" || word == "---" || word == "|" || word == ":")) {
      header.rest = after;
      continue;
    }
    break;
  }
  header.rest = trim(header.rest);
  if (header.rest.empty()) header.rest = text;
  return header;
}

// --- several lines
// ----------------------------------------------------------------------------------------------------

std::vector<std::string_view> split_lines(std::string_view text, std::size_t most) {
  std::vector<std::string_view> lines;
  for (std::size_t i = 0; i <= text.size() && lines.size() < most;) {
    const std::size_t end = std::min(text.find('\n', i), text.size());
    lines.push_back(text.substr(i, end - i));
    i = end + 1;
  }
  return lines;
}

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

// The first line and where it happened. Python ends with the innermost frame and the exception, Java begins with them.
std::string join_frames(std::string_view text) {
  const std::vector<std::string_view> lines = split_lines(text, 256);
  std::string joined(trim(lines[0]));
  std::vector<std::string_view> frames, causes;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::string_view line = trim(lines[i]);
    if (starts_with(line, "at ") || starts_with(line, "File \"") || starts_with(line, "goroutine "))
      frames.push_back(line);
    else if (starts_with(line, "Caused by"))
      causes.push_back(line);
  }
  const bool innermost_last = !frames.empty() && starts_with(frames[0], "File \"");
  if (innermost_last) {
    // Not indented and behind the last frame: "KeyError: 'discount'".
    for (std::size_t i = lines.size(); i-- > 1;) {
      if (trim(lines[i]).empty() || lines[i][0] == ' ') continue;
      causes.push_back(trim(lines[i]));
      break;
    }
  }
  if (frames.size() > kFrames) {
    if (innermost_last) frames.erase(frames.begin(), frames.end() - kFrames);
    frames.resize(kFrames);
  }
  for (const std::string_view frame : frames) joined.append(kLineBreak).append(frame);
  if (causes.size() > 1) causes.erase(causes.begin(), causes.end() - 1);  // the root cause is the last one named
  for (const std::string_view cause : causes) joined.append(kLineBreak).append(cause);
  return joined;
}

}  // namespace

int severity_of_level(std::string_view word) {
  if (word.size() < 3 || word.size() > 11) return 0;
  std::string upper(word);
  for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  if (upper == "TRACE") return 1;
  if (upper == "DEBUG" || upper == "FINE") return 5;
  if (upper == "INFO" || upper == "INFORMATION" || upper == "NOTICE" || upper == "LOG") return 9;
  if (upper == "WARN" || upper == "WARNING") return 13;
  if (upper == "ERROR" || upper == "ERR" || upper == "SEVERE") return 17;
  if (upper == "FATAL" || upper == "CRITICAL" || upper == "CRIT" || upper == "PANIC" || upper == "EMERG" ||
      upper == "ALERT")
    return 21;
  return 0;
}

TracePart trace_part(std::string_view body) {
  const bool indented = !body.empty() && is_space(body.front());
  const std::string_view text = trim(body);
  if (starts_with(text, "Traceback (most recent call last)")) return TracePart::header;
  if (starts_with(text, "Caused by: ")) return TracePart::frame;
  if (!indented) return TracePart::none;
  if (starts_with(text, "at ") || starts_with(text, "File \"")) return TracePart::frame;
  if (starts_with(text, "... ") && text.size() > 9 && text.substr(text.size() - 5) == " more") return TracePart::frame;
  return TracePart::indented;
}

LogLine read_log_line(const LogRecord& record, const PatternLimits& limits, std::string& buffer) {
  buffer.clear();
  std::string_view text = trim(std::string_view(record.body).substr(0, limits.line_bytes));
  LogLine line{text, {}, record.severity};
  std::string exception(find_attribute(record.attributes, "exception.type"));

  FlatBody flat;
  if (!text.empty() && text.front() == '{')
    flat = flatten_json(text);
  else if (text.find('=') != std::string_view::npos)
    flat = flatten_logfmt(text);
  if (flat.structured) {
    buffer = std::move(flat.message);
    if (line.severity == 0) line.severity = severity_of_level(flat.level);
    if (exception.empty()) exception = flat.exception;
    text = trim(buffer);
  }

  const Header header = strip_header(text);
  if (line.severity == 0) line.severity = header.severity;
  text = header.rest;
  line.example = trim(text.substr(0, text.find('\n')));
  if (line.severity == 0) line.severity = severity_of_level(find_attribute(record.attributes, "level"));

  const bool several = text.find('\n') != std::string_view::npos;
  if (several || !exception.empty()) {
    std::string made = several ? join_frames(text) : std::string(text);
    // The same sentence with another exception is another trouble.
    if (!exception.empty() && made.find(exception) == std::string::npos) made.append(kLineBreak).append(exception);
    const std::string example(line.example);
    buffer = example + '\n' + made;
    line.example = std::string_view(buffer).substr(0, example.size());
    text = std::string_view(buffer).substr(example.size() + 1);
  }
  line.text = text.substr(0, limits.line_bytes);
  return line;
}

std::string exception_pattern(std::string_view type, std::string_view message, const PatternLimits& limits) {
  const std::string_view first = trim(message.substr(0, std::min(message.find('\n'), limits.line_bytes)));
  LineTokens tokens;
  tokens.read(first, limits.tokens_per_line);
  tokens.canonicalise();
  std::string text = "exception " + cut(type.empty() ? "unknown" : type, 200);
  const std::string masked = tokens.render(limits.text_bytes);
  if (!masked.empty()) text += ": " + masked;
  return cut(text, limits.text_bytes);
}

PatternId pattern_id(std::string_view service, std::string_view text) {
  const std::uint64_t hash = combine_hash(stable_hash(service, 13), stable_hash(text, 17));
  return {hash == 0 ? 1 : hash};
}

}  // namespace nightjar
