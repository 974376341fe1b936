// Bodies as their senders document them: tests/fuzz/corpus/alert_webhooks/<sender>/<name>, without the letter that
// chooses the decoder there. And what most tests want of them. Tests only.
#pragma once

#include <fstream>
#include <sstream>

#include "base/text.h"
#include "tests/fuzz/alert_senders.h"

namespace nightjar {

const Timestamp kNow = parse_rfc3339("2026-11-24T22:50:40Z").value();

inline Timestamp at(std::string_view rfc3339) { return parse_rfc3339(rfc3339).value(); }

inline std::string body_of(const std::string& path) {
  std::ifstream file(std::string(NIGHTJAR_SOURCE_DIR) + "/tests/fuzz/corpus/alert_webhooks/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_GT(text.str().size(), 1u) << path;
  return text.str().substr(std::min<std::size_t>(1, text.str().size()));
}

inline ReceivedAlerts received(ParseAlerts parse, std::string_view body) {
  const auto result = parse(body, kNow, AlertLimits{});
  EXPECT_TRUE(result.ok()) << message_of(result.status());
  return result.ok() ? *result : ReceivedAlerts{};
}

// The one alert of a body in the corpus.
inline Alert alert_of(ParseAlerts parse, const std::string& path) {
  const ReceivedAlerts all = received(parse, body_of(path));
  EXPECT_EQ(all.alerts.size(), 1u) << path;
  return all.alerts.empty() ? Alert{} : all.alerts[0];
}

inline std::string refusal(ParseAlerts parse, std::string_view body) {
  const auto result = parse(body, kNow, AlertLimits{});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument) << body;
  return std::string(message_of(result.status()));
}

inline std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

}  // namespace nightjar
