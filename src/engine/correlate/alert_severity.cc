#include "engine/correlate/alert_severity.h"

#include <algorithm>
#include <span>

namespace nightjar {
namespace {

// "error" stays a warning: to Sentry and Datadog it is the everyday word.
constexpr std::string_view kHigh[] = {"critical", "page", "fatal", "emergency", "disaster",
                                      "high",     "p1",   "sev0",  "sev1"};
constexpr std::string_view kInfo[] = {"info",           "information", "informational", "low", "notice", "debug",
                                      "not classified", "p5",          "sev4"};

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool is_among(std::string_view word, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view known) { return same_word(word, known); });
}

}  // namespace

Severity severity_said(std::string_view word) {
  if (is_among(word, kHigh)) return Severity::high;
  return is_among(word, kInfo) ? Severity::info : Severity::warning;
}

}  // namespace nightjar
