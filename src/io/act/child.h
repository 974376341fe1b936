// io/act/child.h
// One command as a process of its own: no shell, own session and process group, minimal environment, output into a
// file. It is born waiting at a gate: it executes nothing until let_go(), and never if we die before that. So its mark
// can be made durable first, and whoever comes after a crash knows: no mark, nothing ran.
//
// The output goes to a file and not to a pipe, because a command must outlive us: a broken pipe would kill a deployment
// half way. One thread per Child; making one is allowed while other threads run.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/time.h"

namespace nightjar {

struct ChildSettings {
  std::vector<std::string> argv;  // argv[0] is an absolute path
  std::map<std::string, std::string> environment;
  std::string working_directory;
  std::string output_file;  // made new, mode 0600
};

enum class ChildEnd : std::uint8_t {
  exited,     // `code` is its exit code
  signalled,  // killed by signal `code`, not by us
  timed_out,  // we killed its group
};
struct ChildOutcome {
  ChildEnd end = ChildEnd::exited;
  int code = 0;
};

class Child {
 public:
  // Forked and waiting at the gate. Errors: the kernel gave no process, or the output file cannot be made.
  static absl::StatusOr<Child> make(const ChildSettings& settings);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  // A child that was never let go ends without having executed anything.
  ~Child();

  // "boot=… pid=123 ticks=456": enough to find the same process again, and no other that got its number.
  const std::string& mark() const { return mark_; }
  void let_go();
  // Blocks until it has ended. Over `timeout`: SIGTERM to the group, 5 s later SIGKILL. Its output file is cut when it
  // outgrows 4 MiB, keeping the tail.
  ChildOutcome wait(Duration timeout);

 private:
  Child(pid_t pid, int gate, std::string output_file, std::string mark);

  pid_t pid_;
  int gate_;
  std::string output_file_;
  std::string mark_;
};

// Waits until the process of an earlier hand's mark has ended; over `timeout` its group is killed. At once when it is
// gone already, or when the machine was started again since.
void wait_for_leftover(const std::string& mark, Duration timeout);

// The last `limit` bytes of a command's output as clean UTF-8, whole lines where possible.
std::string output_tail(const std::string& output_file, std::size_t limit);

}  // namespace nightjar
