// base/time.h
// Timestamps and durations: whole nanoseconds, so that arithmetic is exact and the same everywhere. No clock lives
// here: engine time is a field of the Input, wall time is handed to io as a Clock& (io/net/clock.h).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nightjar {

struct Duration {
  std::int64_t ns = 0;
  auto operator<=>(const Duration&) const = default;
  constexpr double seconds() const { return static_cast<double>(ns) * 1e-9; }
  constexpr double milliseconds() const { return static_cast<double>(ns) * 1e-6; }
};

constexpr Duration nanoseconds(std::int64_t n) { return {n}; }
constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000'000}; }
constexpr Duration minutes(std::int64_t n) { return seconds(n * 60); }
constexpr Duration hours(std::int64_t n) { return minutes(n * 60); }
constexpr Duration days(std::int64_t n) { return hours(n * 24); }
constexpr Duration operator+(Duration a, Duration b) { return {a.ns + b.ns}; }
constexpr Duration operator-(Duration a, Duration b) { return {a.ns - b.ns}; }
constexpr Duration operator*(Duration a, std::int64_t n) { return {a.ns * n}; }

// Nanoseconds since the Unix epoch, UTC. 0: unset.
struct Timestamp {
  std::int64_t ns = 0;
  auto operator<=>(const Timestamp&) const = default;
  explicit constexpr operator bool() const { return ns != 0; }
};
constexpr Timestamp operator+(Timestamp t, Duration d) { return {t.ns + d.ns}; }
constexpr Timestamp operator-(Timestamp t, Duration d) { return {t.ns - d.ns}; }
constexpr Duration operator-(Timestamp a, Timestamp b) { return {a.ns - b.ns}; }

// The half-open interval [start, end).
struct TimeRange {
  Timestamp start, end;
  auto operator<=>(const TimeRange&) const = default;
  bool contains(Timestamp t) const { return start <= t && t < end; }
};

// "2026-11-24T22:50:40.123Z": RFC 3339, UTC, milliseconds.
std::string to_rfc3339(Timestamp t);
// Accepts "Z" and numeric offsets, any number of fraction digits (cut at nanoseconds). nullopt: not RFC 3339.
std::optional<Timestamp> parse_rfc3339(std::string_view text);
// "15m", "30d", "90s", "250ms", "2h": one integer and one unit (ms s m h d w). nullopt otherwise.
std::optional<Duration> parse_duration(std::string_view text);
// For people: "31 s", "4 min", "2 h 5 min", "3 d".
std::string for_people(Duration d);

}  // namespace nightjar
