#include "wire/prometheus/exposition_line.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/text.h"

namespace nightjar::prometheus {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool in_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
}
std::string_view take_word(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && !is_blank(text[length])) ++length;
  const std::string_view word = text.substr(0, length);
  text.remove_prefix(length);
  skip_blanks(text);
  return word;
}

// A name without quotes; a metric's may hold colons.
std::string_view take_plain_name(std::string_view& text, bool colons) {
  std::size_t length = 0;
  while (length < text.size() &&
         ((length == 0 ? begins_name(text[0]) : in_name(text[length])) || (colons && text[length] == ':')))
    ++length;
  const std::string_view name = text.substr(0, length);
  text.remove_prefix(length);
  return name;
}

// What stands between quotes, escapes and all; nullopt when the second quote is missing.
std::optional<std::string_view> take_quoted(std::string_view& text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      const std::string_view inner = text.substr(1, i - 1);
      text.remove_prefix(i + 1);
      return inner;
    }
  }
  return std::nullopt;
}

// {a="b","a.b"="c"}, and {"metric.name",a="b"} when `name` is given and still empty. `text` begins with the brace.
LineFault take_labels(std::string_view& text, std::vector<Label>& labels, std::size_t limit, std::string_view* name) {
  text.remove_prefix(1);
  skip_blanks(text);
  while (!text.empty() && text.front() != '}') {
    std::string_view label;
    if (text.front() == '"') {
      const auto quoted = take_quoted(text);
      if (!quoted) return LineFault::labels_not_closed;
      label = *quoted;
      skip_blanks(text);
      const bool alone = !text.empty() && (text.front() == ',' || text.front() == '}');
      if (alone) {
        if (name == nullptr || !name->empty() || label.empty()) return LineFault::bad_label;
        *name = label;
      }
      if (alone && text.front() == ',') text.remove_prefix(1);
      if (alone) {
        skip_blanks(text);
        continue;
      }
    } else {
      label = take_plain_name(text, false);
      skip_blanks(text);
    }
    if (label.empty() || label == "__name__" || text.empty() || text.front() != '=') return LineFault::bad_label;
    text.remove_prefix(1);
    skip_blanks(text);
    if (text.empty() || text.front() != '"') return LineFault::bad_label;
    const auto value = take_quoted(text);
    if (!value) return LineFault::labels_not_closed;
    if (labels.size() <= limit) labels.push_back({label, *value});
    skip_blanks(text);
    if (text.empty() || text.front() == '}') continue;
    if (text.front() != ',') return LineFault::bad_label;
    text.remove_prefix(1);
    skip_blanks(text);
  }
  if (text.empty()) return LineFault::labels_not_closed;
  text.remove_prefix(1);
  return LineFault::none;
}

// Milliseconds as a whole number; in OpenMetrics seconds, with a fraction.
std::optional<Timestamp> parse_time(std::string_view word, bool openmetrics) {
  if (!openmetrics) {
    std::int64_t ms = 0;
    const char* const end = word.data() + word.size();
    const auto [at, error] = std::from_chars(word.data(), end, ms);
    constexpr std::int64_t kLast = INT64_MAX / 1'000'000;
    if (error != std::errc() || at != end || ms > kLast || ms < -kLast) return std::nullopt;
    return Timestamp{ms * 1'000'000};
  }
  const std::optional<double> seconds = parse_go_float(word);
  if (!seconds || !(std::fabs(*seconds) < 9e9)) return std::nullopt;
  // To the millisecond, as Prometheus stores it: a double of seconds holds no nanoseconds.
  return Timestamp{std::llround(*seconds * 1e3) * 1'000'000};
}

MetricType type_of(std::string_view word) {
  constexpr std::pair<std::string_view, MetricType> kTypes[] = {
      {"counter", MetricType::counter},     {"gauge", MetricType::gauge},
      {"histogram", MetricType::histogram}, {"gaugehistogram", MetricType::gauge_histogram},
      {"summary", MetricType::summary},     {"info", MetricType::info},
      {"stateset", MetricType::state_set}};
  for (const auto& [name, type] : kTypes)
    if (name == word) return type;
  return MetricType::unknown;
}

// "# TYPE name type", "# UNIT name unit", "# EOF"; everything else behind a # says nothing to us.
void read_comment(std::string_view text, bool openmetrics, ExpositionLine& line) {
  if (openmetrics && text == "# EOF") {
    line.kind = LineKind::end;
    return;
  }
  text.remove_prefix(1);
  skip_blanks(text);
  const std::string_view what = take_word(text);
  if (what != "TYPE" && what != "UNIT") return;
  std::string_view name;
  if (!text.empty() && text.front() == '"') {
    const auto quoted = take_quoted(text);
    if (!quoted) return;
    name = *quoted;
    skip_blanks(text);
  } else {
    name = take_word(text);
  }
  const std::string_view word = take_word(text);
  if (name.empty() || !is_utf8(name) || !is_utf8(word)) return;
  line.name = name;
  if (what == "TYPE") {
    line.kind = LineKind::type;
    line.type = type_of(word);
  } else if (!word.empty()) {
    line.kind = LineKind::unit;
    line.unit = word;
  }
}

// "# {trace_id="…"} 0.67 1520879607.789": looked at, not kept.
LineFault read_exemplar(std::string_view text) {
  text.remove_prefix(1);
  skip_blanks(text);
  if (text.empty() || text.front() != '{') return LineFault::bad_exemplar;
  std::vector<Label> none;  // stays empty: nothing over a limit of 0 but the first is kept
  if (take_labels(text, none, 0, nullptr) != LineFault::none) return LineFault::bad_exemplar;
  skip_blanks(text);
  if (!parse_go_float(take_word(text))) return LineFault::bad_exemplar;
  if (!text.empty() && !parse_time(take_word(text), true)) return LineFault::bad_exemplar;
  return text.empty() ? LineFault::none : LineFault::bad_exemplar;
}

LineFault read_sample_line(std::string_view text, bool openmetrics, std::size_t labels_limit, ExpositionLine& line) {
  if (!is_utf8(text)) return LineFault::not_utf8;
  const std::string_view whole = text;
  line.name = take_plain_name(text, true);
  if (line.name.empty() && text.front() != '{') return LineFault::bad_name;
  skip_blanks(text);
  if (!text.empty() && text.front() == '{') {
    const LineFault fault = take_labels(text, line.labels, labels_limit, &line.name);
    if (fault != LineFault::none) return fault;
  }
  if (line.name.empty()) return LineFault::no_name;
  line.head = whole.substr(0, whole.size() - text.size());
  while (!line.head.empty() && is_blank(line.head.back())) line.head.remove_suffix(1);
  if (line.head.back() != '}' && !text.empty() && line.head.size() == whole.size() - text.size())
    return LineFault::bad_name;  // name and value run into each other
  skip_blanks(text);
  const std::string_view value = take_word(text);
  if (value.empty()) return LineFault::no_value;
  line.stale = value == "StaleNaN";
  const std::optional<double> number = line.stale ? 0 : parse_go_float(value);
  if (!number) return LineFault::bad_value;
  line.value = *number;
  if (!text.empty() && text.front() != '#') {
    line.time = parse_time(take_word(text), openmetrics);
    if (!line.time) return LineFault::bad_timestamp;
  }
  if (text.empty()) return LineFault::none;
  return openmetrics && text.front() == '#' ? read_exemplar(text) : LineFault::text_behind;
}

}  // namespace

bool ExpositionReader::next() {
  if (rest_.empty()) return false;
  const std::size_t length = std::min(rest_.find('\n'), rest_.size());
  std::string_view text = rest_.substr(0, length);
  rest_.remove_prefix(std::min(length + 1, rest_.size()));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);  // home-made pages
  line_.labels.clear();
  line_ = {.number = line_.number + 1, .labels = std::move(line_.labels)};
  skip_blanks(text);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  if (text.empty()) return true;
  if (text.front() == '#') {
    read_comment(text, openmetrics_, line_);
    ended_ |= line_.kind == LineKind::end;
    return true;
  }
  line_.fault = ended_ ? LineFault::behind_the_end : read_sample_line(text, openmetrics_, labels_limit_, line_);
  line_.kind = line_.fault == LineFault::none ? LineKind::sample : LineKind::fault;
  return true;
}

std::optional<double> parse_go_float(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  if (text.empty() || text.size() > 128 || text.front() == '+' || text.back() == ')') return std::nullopt;
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (at != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc()) return value;
  // Too small is zero or nearly; too large is no number.
  value = std::strtod(std::string(text).c_str(), nullptr);
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::string_view unescape(std::string_view raw, std::deque<std::string>& arena) {
  if (raw.find('\\') == std::string_view::npos) return raw;
  std::string& text = arena.emplace_back();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char next = raw[i] == '\\' && i + 1 < raw.size() ? raw[i + 1] : '\0';
    if (next == '\\' || next == '"' || next == 'n') {
      text.push_back(next == 'n' ? '\n' : next);
      ++i;
    } else {
      text.push_back(raw[i]);
    }
  }
  return text;
}

}  // namespace nightjar::prometheus
