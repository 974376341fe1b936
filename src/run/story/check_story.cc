#include "run/story/check_story.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "run/story/play_story.h"
#include "run/story/read_story.h"

namespace nightjar {
namespace {

absl::StatusOr<std::string> whole_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return not_found("{} cannot be read", path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(std::move(line));
  return lines;
}

struct Marked {
  char mark = ' ';
  std::string line;
};

// The longest common subsequence by the plain table: outputs have some dozens of lines.
std::vector<Marked> aligned(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::vector<int>> common(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t j = b.size(); j-- > 0;)
      common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  std::vector<Marked> lines;
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j])
      lines.push_back({' ', a[i]}), ++i, ++j;
    else if (i < a.size() && (j == b.size() || common[i + 1][j] >= common[i][j + 1]))
      lines.push_back({'-', a[i++]});
    else
      lines.push_back({'+', b[j++]});
  }
  return lines;
}

}  // namespace

std::vector<std::string> stories_in(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".txt" && entry.path().filename() != "CMakeLists.txt")
      paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string difference_of(const std::string& before, const std::string& after) {
  if (before == after) return {};
  const std::vector<Marked> lines = aligned(lines_of(before), lines_of(after));
  const auto differs = [&](std::size_t i) { return i < lines.size() && lines[i].mark != ' '; };
  std::string text;
  bool left_out = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool near = differs(i) || differs(i + 1) || (i > 0 && differs(i - 1));
    if (near) text += fmt::format("{}{} {}\n", left_out ? "  …\n" : "", lines[i].mark, lines[i].line);
    left_out = !near;
  }
  return text.empty() ? "they differ in the last line's end\n" : text;
}

absl::StatusOr<StoryResult> check_story(const std::string& path) {
  const auto text = whole_file(path);
  if (!text.ok()) return text.status();
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const auto story = read_story(path, *text, [&](const std::string& file) { return whole_file(folder / file); });
  if (!story.ok()) return story.status();
  const auto told = play_story(*story);
  if (!told.ok()) return told.status();
  return StoryResult{*told == story->expected, difference_of(story->expected, *told), story->script + *told};
}

}  // namespace nightjar
