#include "wire/syslog/syslog_message.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "wire/logs/text_parts.h"

namespace nightjar::syslog {
namespace {

using logs::is_digit;

std::string_view word_at(std::string_view text) { return text.substr(0, std::min(text.find(' '), text.size())); }

// "<34>"; a number over 191 is no priority.
bool take_priority(std::string_view& rest, Message& message) {
  if (rest.size() < 3 || rest[0] != '<') return false;
  std::size_t i = 1;
  int value = 0;
  for (; i < rest.size() && i <= 3 && is_digit(rest[i]); ++i) value = value * 10 + (rest[i] - '0');
  if (i == 1 || i >= rest.size() || rest[i] != '>' || value > 191) return false;
  message.facility = value / 8;
  message.severity = value % 8;
  rest.remove_prefix(i + 1);
  return true;
}

std::string_view nil_is_empty(std::string_view word) { return word == "-" ? std::string_view() : word; }

// --- RFC 5424

// [id name="value" …]… ; false: it is not, `rest` is as it was.
bool take_structured_data(std::string_view& rest, Message& message) {
  std::string_view at = rest;
  if (at.starts_with('-')) {
    at.remove_prefix(1);
    rest = at;
    return true;
  }
  if (!at.starts_with('[')) return false;
  std::vector<std::pair<std::string, std::string>> parameters;
  while (at.starts_with('[')) {
    at.remove_prefix(1);
    const std::string_view id = at.substr(0, std::min(at.find_first_of(" ]"), at.size()));
    at.remove_prefix(id.size());
    while (at.starts_with(' ')) {
      at.remove_prefix(1);
      const std::size_t equals = at.find("=\"");
      if (equals == at.npos || equals > 256) return false;
      const std::string_view name = at.substr(0, equals);
      at.remove_prefix(equals + 2);
      std::string value;
      std::size_t i = 0;
      for (; i < at.size() && at[i] != '"'; ++i) {
        if (at[i] == '\\' && i + 1 < at.size() && (at[i + 1] == '"' || at[i + 1] == '\\' || at[i + 1] == ']')) ++i;
        value += at[i];
      }
      if (i >= at.size()) return false;
      at.remove_prefix(i + 1);
      if (parameters.size() < kParameters)
        parameters.emplace_back(fmt::format("{}.{}", id.substr(0, 128), name.substr(0, 100)), std::move(value));
    }
    if (!at.starts_with(']')) return false;
    at.remove_prefix(1);
  }
  message.parameters = std::move(parameters);
  rest = at;
  return true;
}

// After "<PRI>": "1 TIME HOST APP PROCID MSGID SD MSG".
bool read_5424(std::string_view rest, Message& message) {
  if (!rest.starts_with("1 ")) return false;
  rest.remove_prefix(2);
  std::array<std::string_view, 5> words;
  for (std::string_view& word : words) {
    word = word_at(rest);
    if (word.empty() || word.size() == rest.size()) return false;
    rest.remove_prefix(word.size() + 1);
  }
  if (words[0] != "-") {
    message.time = parse_rfc3339(words[0]);
    if (!message.time) return false;
    message.has_zone = true;
  }
  message.host = nil_is_empty(words[1]);
  message.app = nil_is_empty(words[2]);
  message.process = nil_is_empty(words[3]);
  message.id = nil_is_empty(words[4]);
  if (take_structured_data(rest, message) && rest.starts_with(' ')) rest.remove_prefix(1);
  message.text = rest;
  return true;
}

// --- RFC 3164

int month_of(std::string_view word) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::size_t at = word.size() == 3 ? kMonths.find(word) : kMonths.npos;
  return at != kMonths.npos && at % 3 == 0 ? static_cast<int>(at / 3) + 1 : 0;
}

// "10:22:31" or "10:22:31.123"
bool is_clock(std::string_view word) {
  if (word.size() < 8 || word.size() > 18 || word[2] != ':' || word[5] != ':') return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (i != 2 && i != 5 && !is_digit(word[i]) && !(i == 8 && word[i] == '.')) return false;
  return word.size() != 9;
}

std::optional<Timestamp> in_year(int year, int month, int day, std::string_view clock) {
  return parse_rfc3339(fmt::format("{:04}-{:02}-{:02}T{}Z", year, month, day, clock));
}

// "Nov 24 10:22:31", "Nov  4 10:22:31", "Nov 24 2026 10:22:31", "*Nov 24 10:22:31.123:"
bool take_old_time(std::string_view& rest, Timestamp received, Message& message) {
  std::string_view at = rest;
  if (at.starts_with('*') || at.starts_with('.')) at.remove_prefix(1);  // a Cisco clock that is not set
  const int month = month_of(at.substr(0, 3));
  if (month == 0 || at.size() < 15 || at[3] != ' ') return false;
  at.remove_prefix(4);
  while (at.starts_with(' ')) at.remove_prefix(1);
  const std::string_view day_word = word_at(at);
  if (day_word.empty() || day_word.size() > 2 || !std::all_of(day_word.begin(), day_word.end(), is_digit)) return false;
  int day = 0;
  for (const char c : day_word) day = day * 10 + (c - '0');
  at.remove_prefix(std::min(at.size(), day_word.size() + 1));
  int year = 0;
  if (const std::string_view word = word_at(at); word.size() == 4 && std::all_of(word.begin(), word.end(), is_digit)) {
    for (const char c : word) year = year * 10 + (c - '0');
    at.remove_prefix(std::min(at.size(), std::size_t{5}));
  }
  std::string_view clock = word_at(at);
  at.remove_prefix(clock.size());
  if (clock.ends_with(':')) clock.remove_suffix(1);
  if (!is_clock(clock)) return false;
  if (year != 0) {
    message.time = in_year(year, month, day, clock);
  } else {
    // The year that brings it nearest to when it came: a message of 31 December may arrive in January.
    const std::string today = to_rfc3339(received);
    const int now = (today[0] - '0') * 1000 + (today[1] - '0') * 100 + (today[2] - '0') * 10 + (today[3] - '0');
    for (int candidate = now - 1; candidate <= now + 1; ++candidate) {
      const auto time = in_year(candidate, month, day, clock);
      if (!time) continue;
      const auto away = [&](Timestamp t) { return t > received ? (t - received).ns : (received - t).ns; };
      if (!message.time || away(*time) < away(*message.time)) message.time = time;
    }
  }
  if (!message.time) return false;
  if (at.starts_with(' ')) at.remove_prefix(1);
  rest = at;
  return true;
}

bool take_iso_time(std::string_view& rest, Message& message) {
  const std::string_view word = word_at(rest);
  if (word.size() < 20 || word.size() > 40 || word.size() == rest.size()) return false;
  message.time = parse_rfc3339(word);
  if (!message.time) return false;
  message.has_zone = true;
  rest.remove_prefix(word.size() + 1);
  return true;
}

bool is_tag_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-' ||
         c == '.' || c == '/' || c == '(' || c == ')' || c == '@' || c == '%';
}

// "app:", "app[12]:", "app[12]": program and process; the space behind goes.
bool take_tag(std::string_view& rest, Message& message) {
  std::size_t i = 0;
  while (i < rest.size() && i < 64 && is_tag_char(rest[i])) ++i;
  if (i == 0 || i == rest.size()) return false;
  const std::string_view app = rest.substr(0, i);
  std::string_view at = rest.substr(i), process;
  bool tagged = false;
  if (at.starts_with('[')) {
    const std::size_t close = at.find(']');
    if (close == at.npos || close > 64) return false;
    process = at.substr(1, close - 1);
    at.remove_prefix(close + 1);
    tagged = true;
  }
  if (at.starts_with(':')) {
    at.remove_prefix(1);
    tagged = true;
  }
  if (!tagged || (!at.empty() && at.front() != ' ' && at.front() != '\t')) return false;
  if (at.starts_with(' ')) at.remove_prefix(1);
  message.app = app;
  message.process = process;
  rest = at;
  return true;
}

void read_3164(std::string_view rest, Timestamp received, Message& message) {
  const bool timed = take_iso_time(rest, message) || take_old_time(rest, received, message);
  if (!take_tag(rest, message) && timed) {
    // Not a program: the host is next. BSD's local messages have none, so that a tag was looked for first.
    const std::string_view host = word_at(rest);
    if (host.size() < rest.size() && !host.empty() && host.size() <= 255) {
      message.host = host;
      rest.remove_prefix(host.size() + 1);
      take_tag(rest, message);
    }
  }
  message.text = rest;
}

}  // namespace

Message read_message(std::string_view bytes, Timestamp received) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  while (!bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r' || bytes.back() == '\0'))
    bytes.remove_suffix(1);
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(3);
  Message message;
  std::string_view rest = bytes;
  const bool with_priority = take_priority(rest, message);
  if (!with_priority || !read_5424(rest, message)) {
    message.host = message.app = message.process = message.id = {};
    message.time.reset();
    message.has_zone = false;
    read_3164(rest, received, message);
  }
  if (message.text.starts_with(kByteOrderMark)) message.text.remove_prefix(3);
  // rsyslog carries the blank behind RFC 3164's tag into RFC 5424's text, and then every line looks indented.
  if (message.text.size() > 1 && message.text[0] == ' ' && message.text[1] != ' ' && message.text[1] != '\t')
    message.text.remove_prefix(1);
  return message;
}

std::string_view facility_word(int facility) {
  constexpr std::array<std::string_view, 24> kWords{
      "kern",   "user",   "mail",     "daemon", "auth",   "syslog",   "lpr",     "news",
      "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "security", "console", "solaris-cron",
      "local0", "local1", "local2",   "local3", "local4", "local5",   "local6",  "local7"};
  return facility >= 0 && facility < 24 ? kWords[static_cast<std::size_t>(facility)] : std::string_view();
}

}  // namespace nightjar::syslog
