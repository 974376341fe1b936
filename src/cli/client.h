// cli/client.h
// A person's terminal to a running serve: one call, one answer. Internal to cli.
#pragma once

#include <string>

#include <absl/status/statusor.h>
#include <nlohmann/json_fwd.hpp>

#include "cli/commands.h"

namespace nightjar {

// GET, or POST when `body` is not empty. UNAVAILABLE says how to start serve; the API's own errors carry its words.
absl::StatusOr<nlohmann::json> ask(const Remote& remote, const std::string& path, const std::string& body = {});
// Text of a field; "" when it is absent or null.
std::string text_of(const nlohmann::json& object, const char* key);
// Telemetry may hold escape sequences: nothing below 0x20 reaches the terminal.
std::string for_terminal(std::string text);
int fail(const absl::Status& status);

}  // namespace nightjar
