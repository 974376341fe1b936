// base/text.h
// The bridge between std strings and absl::Status, and how errors are made. Debian's abseil has its own string_view and
// does not take std's, so nobody else talks to absl about text. TextMap is a hash map with text keys that looks up by
// string_view; its order is random per process and must never reach an output.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>
#include <fmt/format.h>

namespace nightjar {

inline absl::string_view to_absl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view to_std(absl::string_view text) { return {text.data(), text.size()}; }
// Not `status.message()`: that is absl's string_view.
inline std::string_view message_of(const absl::Status& status) { return to_std(status.message()); }

// Each says what went wrong and what to do next. The code tells whether trying again can help (unavailable: yes; the
// others: no).
template <class... Args>
absl::Status invalid_argument(fmt::format_string<Args...> format, Args&&... args) {
  return {absl::StatusCode::kInvalidArgument, to_absl(fmt::format(format, std::forward<Args>(args)...))};
}
template <class... Args>
absl::Status not_found(fmt::format_string<Args...> format, Args&&... args) {
  return {absl::StatusCode::kNotFound, to_absl(fmt::format(format, std::forward<Args>(args)...))};
}
template <class... Args>
absl::Status unavailable(fmt::format_string<Args...> format, Args&&... args) {
  return {absl::StatusCode::kUnavailable, to_absl(fmt::format(format, std::forward<Args>(args)...))};
}
// Over a limit: 413, RESOURCE_EXHAUSTED without retry information.
template <class... Args>
absl::Status too_large(fmt::format_string<Args...> format, Args&&... args) {
  return {absl::StatusCode::kResourceExhausted, to_absl(fmt::format(format, std::forward<Args>(args)...))};
}
template <class... Args>
absl::Status unauthenticated(fmt::format_string<Args...> format, Args&&... args) {
  return {absl::StatusCode::kUnauthenticated, to_absl(fmt::format(format, std::forward<Args>(args)...))};
}
template <class... Args>
absl::Status permission_denied(fmt::format_string<Args...> format, Args&&... args) {
  return {absl::StatusCode::kPermissionDenied, to_absl(fmt::format(format, std::forward<Args>(args)...))};
}
// Right now it does not fit (409): the state or the plan has changed.
template <class... Args>
absl::Status failed_precondition(fmt::format_string<Args...> format, Args&&... args) {
  return {absl::StatusCode::kFailedPrecondition, to_absl(fmt::format(format, std::forward<Args>(args)...))};
}
// The disk or the kernel failed us.
template <class... Args>
absl::Status internal_error(fmt::format_string<Args...> format, Args&&... args) {
  return {absl::StatusCode::kInternal, to_absl(fmt::format(format, std::forward<Args>(args)...))};
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
struct TextEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};
template <class V>
using TextMap = absl::flat_hash_map<std::string, V, TextHash, TextEqual>;

// True when every byte sequence is valid UTF-8 (no overlong forms, no surrogates, <= U+10FFFF).
bool is_utf8(std::string_view text);
// Cuts at most `limit` bytes without splitting a code point; appends "…" when something was cut.
std::string cut(std::string_view text, std::size_t limit);
// At most three significant digits: "0.0042", "12.3", "1,230".
std::string three_digits(double value);
// A ratio as percent: "2.9 %".
std::string percent(double ratio);
// A probability that was inferred, as percent: "over 99 %" where "100 %" would claim too much.
std::string certainty(double probability);
// Levenshtein distance, for "did you mean". O(n*m): short keys only.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace nightjar
