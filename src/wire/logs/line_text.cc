#include "wire/logs/line_text.h"

#include <charconv>
#include <initializer_list>

#include "base/text.h"
#include "wire/limits.h"
#include "wire/logs/exception_text.h"
#include "wire/logs/line_fields.h"
#include "wire/logs/severity.h"
#include "wire/logs/text_parts.h"
#include "wire/logs/utf8_repair.h"

namespace nightjar::logs {
namespace {

enum class Role { attribute, message, level, time, trace_id, span_id, stack, exception_type, exception_message };

struct Known {
  std::string_view name;  // lower case
  Role role;
};
// Of several fields with the same role the one that stands first here wins.
constexpr Known kKnown[] = {
    {"message", Role::message},
    {"msg", Role::message},
    {"log", Role::message},
    {"@message", Role::message},
    {"short_message", Role::message},
    {"body", Role::message},
    {"event", Role::message},
    {"level", Role::level},
    {"severity", Role::level},
    {"lvl", Role::level},
    {"log.level", Role::level},
    {"levelname", Role::level},
    {"log_level", Role::level},
    {"loglevel", Role::level},
    {"severity_text", Role::level},
    {"severitytext", Role::level},
    {"priority", Role::level},
    {"@timestamp", Role::time},
    {"timestamp", Role::time},
    {"time", Role::time},
    {"ts", Role::time},
    {"datetime", Role::time},
    {"t", Role::time},
    {"trace_id", Role::trace_id},
    {"traceid", Role::trace_id},
    {"trace.id", Role::trace_id},
    {"oteltraceid", Role::trace_id},
    {"span_id", Role::span_id},
    {"spanid", Role::span_id},
    {"span.id", Role::span_id},
    {"otelspanid", Role::span_id},
    {"exception.stacktrace", Role::stack},
    {"error.stack_trace", Role::stack},
    {"error.stack", Role::stack},
    {"err.stack", Role::stack},
    {"stack_trace", Role::stack},
    {"stacktrace", Role::stack},
    {"stack", Role::stack},
    {"exc_info", Role::stack},
    {"traceback", Role::stack},
    {"exception", Role::stack},
    {"exception.type", Role::exception_type},
    {"error.type", Role::exception_type},
    {"err.type", Role::exception_type},
    {"error.kind", Role::exception_type},
    {"exception.message", Role::exception_message},
    {"error.message", Role::exception_message},
    {"err.message", Role::exception_message},
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::string_view trim_end(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == '\0' || text.back() == ' '))
    text.remove_suffix(1);
  return text;
}

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Seconds, milliseconds, microseconds or nanoseconds: by their size, from 1973 on.
std::optional<Timestamp> time_of(std::string_view text) {
  if (const std::optional<double> number = number_of(text)) {
    if (*number < 1e8 || *number > 9e18) return std::nullopt;
    const double scale = *number < 1e11 ? 1e9 : *number < 1e14 ? 1e6 : *number < 1e17 ? 1e3 : 1;
    const double ns = *number * scale;
    return ns < 9e18 ? std::optional(Timestamp{static_cast<std::int64_t>(ns)}) : std::nullopt;
  }
  if (text.size() < 20 || text.size() > 40) return std::nullopt;
  std::string exact(text);
  if (exact[10] == ' ') exact[10] = 'T';
  for (char& c : exact)
    if (c == ',') c = '.';
  // "+0100"
  if (const std::size_t n = exact.size(); (exact[n - 5] == '+' || exact[n - 5] == '-') && exact[n - 3] != ':')
    exact.insert(n - 2, ":");
  return parse_rfc3339(exact);
}

class Reader {
 public:
  Reader(const LineReading& reading, LogRecord& record) : reading_(reading), record_(record) {}

  void read(std::string_view text) {
    text = trim_end(text);
    // A container runtime wraps each line in JSON; what it wraps may be JSON again. Not deeper than that.
    for (int layer = 0; layer < 2; ++layer) {
      bool wrapped = false;
      std::optional<std::string> inside = open(text, wrapped);
      if (!inside) break;
      body_ = *std::move(inside);
      opened_ = true;
      text = trim_end(body_);
      if (!wrapped) break;
    }
    if (!opened_) body_ = std::string(text);
    finish();
  }

 private:
  // The message of a structured line; nullopt: it is none.
  std::optional<std::string> open(std::string_view text, bool& wrapped) {
    if (reading_.attributes_left == 0) return std::nullopt;
    std::string_view start = text;
    while (!start.empty() && (start.front() == ' ' || start.front() == '\t')) start.remove_prefix(1);
    std::optional<Fields> fields;
    bool logfmt = false;
    if (start.starts_with('{') && start.ends_with('}'))
      fields = json_fields(start);
    else if (logfmt = start.size() == text.size() && start.find('=') < 64; logfmt)
      fields = logfmt_fields(start);
    if (!fields) return std::nullopt;

    std::vector<const Known*> known(fields->size());
    const Known* best[9] = {};
    std::size_t chosen[9] = {};
    for (std::size_t i = 0; i < fields->size(); ++i) {
      const std::string name = lower((*fields)[i].first);
      for (const Known& one : kKnown)
        if (one.name == name) known[i] = &one;
      if (!known[i]) continue;
      const auto role = static_cast<std::size_t>(known[i]->role);
      if (best[role] == nullptr || known[i] < best[role]) best[role] = known[i], chosen[role] = i;
    }
    const auto said = [&](Role role) -> const std::string* {
      const auto at = static_cast<std::size_t>(role);
      return best[at] ? &(*fields)[chosen[at]].second : nullptr;
    };
    // "a=1 b=2" may be a sentence of anybody's: logfmt is known by a message or a level.
    if (logfmt && !said(Role::message) && !said(Role::level)) return std::nullopt;

    if (const std::string* level = said(Role::level); level && record_.severity == 0) {
      record_.severity = severity_of_word(*level);
      if (record_.severity == 0)
        if (const auto number = number_of(*level)) record_.severity = severity_of_number(*number);
    }
    if (const std::string* time = said(Role::time); time && !own_time_) own_time_ = time_of(*time);
    if (const std::string* id = said(Role::trace_id); id && record_.trace_id == TraceIdBytes{})
      read_hex_id(*id, record_.trace_id);
    if (const std::string* id = said(Role::span_id); id && record_.span_id == SpanIdBytes{})
      read_hex_id(*id, record_.span_id);
    if (const std::string* type = said(Role::exception_type)) exception_type_ = *type;
    if (const std::string* message = said(Role::exception_message)) exception_message_ = *message;
    if (const std::string* stack = said(Role::stack); stack && stack->find('\n') != stack->npos) stack_ = *stack;

    const auto is_taken = [&](std::size_t i) {
      if (!known[i] || chosen[static_cast<std::size_t>(known[i]->role)] != i) return false;
      switch (known[i]->role) {
        case Role::message:
        case Role::exception_type:
        case Role::exception_message:
          return true;
        case Role::level:
          return record_.severity != 0;
        case Role::time:
          return own_time_.has_value();
        case Role::trace_id:
          return record_.trace_id != TraceIdBytes{};
        case Role::span_id:
          return record_.span_id != SpanIdBytes{};
        case Role::stack:
          return !stack_.empty();
        case Role::attribute:
          return false;
      }
      return false;
    };
    for (std::size_t i = 0; i < fields->size(); ++i) {
      if (is_taken(i)) continue;
      if (reading_.attributes_left == 0) break;
      --reading_.attributes_left;
      record_.attributes.emplace_back(std::move((*fields)[i].first), cut((*fields)[i].second, kValueBytes));
    }
    const std::string* message = said(Role::message);
    if (!message) return std::string(start);
    wrapped = best[static_cast<std::size_t>(Role::message)]->name == "log";
    return *message;
  }

  void finish() {
    if (!stack_.empty() && body_.find(stack_) == body_.npos) body_ = std::string(trim_end(body_)) + "\n" + stack_;
    record_.body = shown(trim_end(body_), kLogLineBytes);
    if (record_.severity == 0) record_.severity = severity_at_start(record_.body);
    if (!stack_.empty() && exception_type_.empty()) {
      const NamedException found = find_exception(stack_);
      exception_type_ = std::string(found.type);
      if (exception_message_.empty()) exception_message_ = std::string(found.message);
    }
    add("exception.type", exception_type_);
    add("exception.message", exception_message_);
    if (reading_.time_is_known) return;
    if (!own_time_) {
      const std::string_view body = record_.body;
      const std::string_view first = body.substr(0, std::min(body.find(' '), body.size()));
      if (first.size() >= 20 && first.size() <= 40) own_time_ = parse_rfc3339(first);
    }
    record_.time = own_time_ && is_believed(*own_time_) ? *own_time_ : reading_.received;
  }

  bool is_believed(Timestamp time) const {
    return !reading_.received || (time <= reading_.received + minutes(10) && time >= reading_.received - days(7));
  }
  void add(std::string_view name, const std::string& value) {
    if (!value.empty()) record_.attributes.emplace_back(std::string(name), shown(value, kValueBytes));
  }

  const LineReading& reading_;
  LogRecord& record_;
  std::string body_, stack_, exception_type_, exception_message_;
  bool opened_ = false;
  std::optional<Timestamp> own_time_;
};

}  // namespace

void read_line(std::string_view text, const LineReading& reading, LogRecord& record) {
  Reader(reading, record).read(text);
}

}  // namespace nightjar::logs
