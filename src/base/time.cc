#include "base/time.h"

#include <array>
#include <cstdlib>

#include <fmt/format.h>

namespace nightjar {
namespace {

struct CivilDate {
  std::int64_t year;
  unsigned month, day;
};

// Proleptic Gregorian calendar, days since 1970-01-01. Source: H. Hinnant, "chrono-Compatible Low-Level Date
// Algorithms".
std::int64_t days_from_civil(CivilDate date) {
  const std::int64_t y = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(y - era * 400);
  const unsigned day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

CivilDate civil_from_days(std::int64_t z) {
  z += 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(z - era * 146097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

// Reads exactly `digits` decimal digits at `position`; -1 when they are not there.
std::int64_t digits_at(std::string_view text, std::size_t position, std::size_t digits) {
  if (position + digits > text.size()) return -1;
  std::int64_t value = 0;
  for (std::size_t i = position; i < position + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

std::string to_rfc3339(Timestamp t) {
  std::int64_t ms = t.ns / 1'000'000;
  if (t.ns % 1'000'000 < 0) --ms;
  std::int64_t day = ms / 86'400'000, in_day = ms % 86'400'000;
  if (in_day < 0) in_day += 86'400'000, --day;
  const CivilDate date = civil_from_days(day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", date.year, date.month, date.day, in_day / 3'600'000,
                     in_day / 60'000 % 60, in_day / 1000 % 60, in_day % 1000);
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't' && text[10] != ' ') ||
      text[13] != ':' || text[16] != ':')
    return std::nullopt;
  const auto year = digits_at(text, 0, 4), month = digits_at(text, 5, 2), day = digits_at(text, 8, 2);
  const auto hour = digits_at(text, 11, 2), minute = digits_at(text, 14, 2), second = digits_at(text, 17, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59 || second < 0 || second > 60)
    return std::nullopt;
  std::size_t i = 19;
  std::int64_t fraction_ns = 0, scale = 100'000'000;
  if (text[i] == '.') {
    for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, scale /= 10)
      fraction_ns += (text[i] - '0') * scale;
  }
  if (i >= text.size()) return std::nullopt;
  std::int64_t offset_minutes = 0;
  if (text[i] == '+' || text[i] == '-') {
    const auto oh = digits_at(text, i + 1, 2), om = digits_at(text, i + 4, 2);
    if (i + 6 != text.size() || text[i + 3] != ':' || oh < 0 || oh > 23 || om < 0 || om > 59) return std::nullopt;
    offset_minutes = (text[i] == '+' ? 1 : -1) * (oh * 60 + om);
  } else if ((text[i] != 'Z' && text[i] != 'z') || i + 1 != text.size()) {
    return std::nullopt;
  }
  const std::int64_t days_since_epoch =
      days_from_civil({year, static_cast<unsigned>(month), static_cast<unsigned>(day)});
  // The nanosecond count covers 1677-2262; a year outside cannot be an event of ours.
  if (days_since_epoch < -106'000 || days_since_epoch > 106'000) return std::nullopt;
  const std::int64_t secs = days_since_epoch * 86'400 + hour * 3600 + minute * 60 + second - offset_minutes * 60;
  return Timestamp{secs * 1'000'000'000 + fraction_ns};
}

std::optional<Duration> parse_duration(std::string_view text) {
  std::size_t i = 0;
  std::int64_t value = 0;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9' && i < 9; ++i) value = value * 10 + (text[i] - '0');
  if (i == 0) return std::nullopt;
  const std::string_view unit = text.substr(i);
  if (unit == "ms") return milliseconds(value);
  if (unit == "s") return seconds(value);
  if (unit == "m") return minutes(value);
  if (unit == "h") return hours(value);
  if (unit == "d") return days(value);
  if (unit == "w") return days(7 * value);
  return std::nullopt;
}

std::string for_people(Duration d) {
  const std::int64_t s = std::abs(d.ns) / 1'000'000'000;
  if (s < 120) return fmt::format("{} s", s);
  if (s < 7200) return fmt::format("{} min", s / 60);
  if (s < 172'800)
    return s / 60 % 60 == 0 ? fmt::format("{} h", s / 3600) : fmt::format("{} h {} min", s / 3600, s / 60 % 60);
  return fmt::format("{} d", s / 86'400);
}

}  // namespace nightjar
