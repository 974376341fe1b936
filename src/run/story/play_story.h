// run/story/play_story.h
// Plays a Story against the whole engine (run/driver), second by second, and writes down what came of it. The shop
// sends its telemetry; hand answers after five seconds and does what it was told; destinations answer after one. One
// thread; the same story gives the same lines.
#pragma once

#include <string>

#include <absl/status/statusor.h>

#include "run/story/story.h"

namespace nightjar {

// The lines after `----`, each with its newline. An error when something cannot happen: a person approves what nobody
// proposed.
absl::StatusOr<std::string> play_story(const Story& story);

}  // namespace nightjar
