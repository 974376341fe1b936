// run/story/check_story.h
// A scenario file played and compared with what it expects. Called by nightjar_story and by tests/stories.
#pragma once

#include <string>
#include <vector>

#include <absl/status/statusor.h>

namespace nightjar {

struct StoryResult {
  bool holds = false;
  std::string difference;  // lines with "-" were expected, with "+" came; "" when it holds
  std::string renewed;     // the file as it would be with what came
};

// Errors: the file cannot be read, or says something that is not understood or cannot happen (file and line).
absl::StatusOr<StoryResult> check_story(const std::string& path);

// Paths of the scenarios in a folder, in order of their names.
std::vector<std::string> stories_in(const std::string& folder);

// Lines of `before` and `after` with "- ", "+ " or "  " before them; equal stretches are left out but for one line
// around each difference. "" when equal.
std::string difference_of(const std::string& before, const std::string& after);

}  // namespace nightjar
