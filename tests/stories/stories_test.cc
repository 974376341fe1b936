// Each scenario beside this file is one test, named after the file. What a story may say: src/run/story/read_story.h.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/text.h"
#include "run/story/check_story.h"

namespace nightjar {
namespace {

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const std::string& path : stories_in(NIGHTJAR_SOURCE_DIR "/tests/stories"))
    all.push_back(std::filesystem::path(path).stem().string());
  return all;
}

class Stories : public testing::TestWithParam<std::string> {};

TEST_P(Stories, Holds) {
  const std::string path = "tests/stories/" + GetParam() + ".txt";
  const auto result = check_story(NIGHTJAR_SOURCE_DIR "/" + path);
  ASSERT_TRUE(result.ok()) << message_of(result.status());
  EXPECT_TRUE(result->holds) << result->difference << "when this is how it should be: ./dev story --rewrite " << path;
}

INSTANTIATE_TEST_SUITE_P(All, Stories, testing::ValuesIn(names()), [](const auto& story) { return story.param; });

}  // namespace
}  // namespace nightjar
