// nightjar_story: plays scenarios and compares. `./dev story` plays all of tests/stories, `./dev story --rewrite FILE…`
// puts what came in place of what was expected; commit only a difference you can explain. Exit 1: one does not hold;
// 2: it cannot be read.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/text.h"
#include "run/story/check_story.h"

namespace {

// 0 holds or was renewed, 1 does not hold, 2 cannot be read.
int take(const std::string& path, bool rewrite) {
  const auto result = nightjar::check_story(path);
  if (!result.ok()) {
    fmt::print(stderr, "{}\n", nightjar::message_of(result.status()));
    return 2;
  }
  if (result->holds) {
    fmt::print("ok       {}\n", path);
    return 0;
  }
  fmt::print("{}  {}\n{}", rewrite ? "renewed" : "FAILED ", path, result->difference);
  if (!rewrite) return 1;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << result->renewed;
  if (file.flush()) return 0;
  fmt::print(stderr, "{} cannot be written\n", path);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> paths;
  bool rewrite = false;
  for (const std::string& argument : std::vector<std::string>(argv + 1, argv + argc)) {
    if (argument == "--rewrite")
      rewrite = true;
    else if (std::filesystem::is_directory(argument))
      std::ranges::move(nightjar::stories_in(argument), std::back_inserter(paths));
    else
      paths.push_back(argument);
  }
  if (paths.empty()) {
    fmt::print(stderr, "usage: nightjar_story [--rewrite] FILE.txt… | FOLDER\n");
    return 2;
  }
  int worst = 0;
  for (const std::string& path : paths) worst = std::max(worst, take(path, rewrite));
  return worst;
}
