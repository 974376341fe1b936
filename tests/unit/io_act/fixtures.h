// tests/unit/io_act/fixtures.h
// A folder that goes away, a runbook made of sh, an action that hand accepts.
#pragma once

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include "io/act/catalogue.h"
#include "model/action.h"
#include "model/plan.h"

namespace nightjar {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    char pattern[] = "/tmp/nightjar-test-XXXXXX";
    path_ = mkdtemp(pattern);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline void write_file(const std::string& path, const std::string& text) { std::ofstream(path) << text; }
inline std::string read_file(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline int count_lines(const std::string& path) {
  const std::string text = read_file(path);
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

// True as soon as `condition` holds; false after `limit`.
inline bool eventually(const std::function<bool()>& condition,
                       std::chrono::milliseconds limit = std::chrono::seconds(15)) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

// Appends a line to <folder>/ran when it acts. Its check says done when <folder>/done has the action's id.
inline Runbook sh_runbook(const std::string& folder, const std::string& script, Duration timeout = seconds(20)) {
  return {.name = "rollback",
          .arguments = {{"service", ArgumentType::name}, {"to_version", ArgumentType::version}},
          .undo = "deploy it again",
          .timeout = timeout,
          .argv = {"/bin/sh", "-c", "echo ran >> " + folder + "/ran; " + script, "sh", "{service}", "{to_version}"},
          .check = {"/bin/sh", "-c", "grep -qx {action_id} " + folder + "/done && exit 0; exit 3"},
          .working_directory = "/"};
}

inline Action decided_action(std::uint64_t id, const std::string& service = "payment") {
  Action action{.id = {id},
                .incident = {7},
                .kind = ActionKind::rollback,
                .runbook = "rollback",
                .service = {service},
                .change = ChangeId{3},
                .arguments = {{"service", service}, {"to_version", "2.4.0"}},
                .text = "roll " + service + " back",
                .undo = "deploy it again"};
  action.decision.outcome = DecisionOutcome::auto_allowed;
  action.plan_hash = plan_hash(action);
  return action;
}

}  // namespace nightjar
