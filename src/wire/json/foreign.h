// wire/json/foreign.h
// Looking into JSON that others sent, where anything may be missing or of another type. Used only inside .cc files of
// wire. Nothing here throws.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/time.h"

namespace nightjar::foreign {

// Where `path` leads; a null value when some step is not there.
const nlohmann::json& at(const nlohmann::json& from, std::initializer_list<std::string_view> path);
// Text there, at most `limit` bytes (cut between code points); "" when it is not text.
std::string text(const nlohmann::json& from, std::initializer_list<std::string_view> path, std::size_t limit = 256);
// A whole number as text ("17"), for ids; "" otherwise.
std::string number_text(const nlohmann::json& from, std::initializer_list<std::string_view> path);
// RFC 3339 text or Unix seconds; nullopt when it is neither. The year 1 is Go's way of saying "none".
std::optional<Timestamp> time(const nlohmann::json& from, std::initializer_list<std::string_view> path);

// The same where others leave RFC 3339: "2021-04-28 21:50:00 +0200", "… UTC", "…T21:50:00.000+0000". Without a zone:
// UTC.
std::optional<Timestamp> loose_time(const nlohmann::json& from, std::initializer_list<std::string_view> path);
// Unix milliseconds, a whole number.
std::optional<Timestamp> time_ms(const nlohmann::json& from, std::initializer_list<std::string_view> path);
// True only for JSON's true.
bool flag(const nlohmann::json& from, std::initializer_list<std::string_view> path);

}  // namespace nightjar::foreign
