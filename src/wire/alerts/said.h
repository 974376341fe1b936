// wire/alerts/said.h
// Reading what people's templates make of a value: the same field is a number here and text there, a time has five
// spellings, and a placeholder that nobody filled in arrives as it was written. Goes on where wire/json/foreign stops.
// Used only inside the .cc files of this room and of wire/mapping. Nothing here throws; pure.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>
#include <nlohmann/json_fwd.hpp>

#include "base/time.h"
#include "wire/alerts/received.h"

namespace nightjar::said {

// A body that must be one JSON object. `what` names it in errors: "Datadog webhook".
absl::StatusOr<nlohmann::json> object(std::string_view body, std::string_view what, const AlertLimits& limits);

// Text, a number or a flag, as text, cut at `limit` bytes; "" for anything else and for a placeholder that was not
// filled in: "$ALERT_ID", "{ProblemID}", "{{ issueId }}", "*UNKNOWN*".
std::string text(const nlohmann::json& from, std::initializer_list<std::string_view> path, std::size_t limit = 256);
std::string text(const nlohmann::json& value, std::size_t limit = 256);

// RFC 3339, also with "+0000" or with no offset (then UTC); Unix seconds, milliseconds, microseconds or nanoseconds by
// size, as a number or as digits. nullopt for anything else; 0 and -1 mean "none" to those who send them.
std::optional<Timestamp> time(const nlohmann::json& from, std::initializer_list<std::string_view> path);
std::optional<Timestamp> time(std::string_view text);

// Whatever the case of ASCII letters.
bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words);
std::string_view trimmed(std::string_view text);

}  // namespace nightjar::said
