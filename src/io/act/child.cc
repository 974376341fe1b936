#include "io/act/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/check.h"
#include "base/text.h"

namespace nightjar {
namespace {

constexpr off_t kOutputLimitBytes = 4 * 1024 * 1024;
constexpr std::size_t kKeptTailBytes = 64 * 1024;
constexpr int kGateFd = 3;  // where the child keeps its end; everything above is closed
constexpr auto kGrace = std::chrono::seconds(5);
using Steady = std::chrono::steady_clock;

std::string first_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

// Field 22 of /proc/<pid>/stat, start time in clock ticks since boot; "" when there is no such process. The name in
// parentheses may hold anything, so counting begins behind the last one.
std::string start_ticks(pid_t pid) {
  const std::string line = first_line(fmt::format("/proc/{}/stat", pid));
  const std::size_t end = line.rfind(')');
  if (end == std::string::npos) return {};
  std::istringstream fields(line.substr(end + 1));
  std::string field;
  for (int i = 3; i <= 22; ++i) fields >> field;
  return field;
}

std::string boot_id() { return first_line("/proc/sys/kernel/random/boot_id"); }

std::string mark_of(pid_t pid) { return fmt::format("boot={} pid={} ticks={}", boot_id(), pid, start_ticks(pid)); }

// Between fork and exec only async-signal-safe calls are allowed: other threads of the parent may have held any lock.
[[noreturn]] void become_command(char* const* argv, char* const* environment, const char* folder, int gate_in,
                                 int null_in, int output) {
  setsid();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  // gate_in, null_in and output may themselves be 0..3 when the parent had those closed; dup them out of the way first.
  gate_in = fcntl(gate_in, F_DUPFD, 10);
  null_in = fcntl(null_in, F_DUPFD, 10);
  output = fcntl(output, F_DUPFD, 10);
  if (dup2(null_in, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0 || dup2(gate_in, kGateFd) < 0) _exit(126);
  if (syscall(SYS_close_range, kGateFd + 1, ~0U, 0) != 0) {
    for (int fd = kGateFd + 1; fd < 1024; ++fd) close(fd);
  }
  char go = 0;
  ssize_t got;
  do {
    got = read(kGateFd, &go, 1);
  } while (got < 0 && errno == EINTR);
  if (got != 1) _exit(125);  // whoever made us is gone, or thought better of it
  close(kGateFd);
  if (chdir(folder) != 0) {
    dprintf(2, "cannot enter the folder %s: %s\n", folder, strerror(errno));
    _exit(126);
  }
  execve(argv[0], argv, environment);
  dprintf(2, "cannot execute %s: %s\n", argv[0], strerror(errno));
  _exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

void keep_tail_only(const std::string& file) {
  const int fd = open(file.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  const off_t size = lseek(fd, 0, SEEK_END);
  if (size > kOutputLimitBytes) {
    std::string tail(kKeptTailBytes, '\0');
    const ssize_t got = pread(fd, tail.data(), tail.size(), size - static_cast<off_t>(tail.size()));
    // The command appends (O_APPEND), so what it writes meanwhile lands behind; a line or two may fall between.
    if (got > 0 && ftruncate(fd, 0) == 0 && pwrite(fd, tail.data(), static_cast<std::size_t>(got), 0) < 0) {
      // Nothing to be done: the tail is for people to read, the exit code decides.
    }
  }
  close(fd);
}

// True when the process behind `pidfd` has ended within `wait`.
bool ended_within(int pidfd, std::chrono::milliseconds wait) {
  pollfd item{pidfd, POLLIN, 0};
  return poll(&item, 1, static_cast<int>(wait.count())) > 0;
}

}  // namespace

absl::StatusOr<Child> Child::make(const ChildSettings& settings) {
  CHECK(!settings.argv.empty());
  std::vector<std::string> argv = settings.argv, environment;
  for (const auto& [name, value] : settings.environment) environment.push_back(name + "=" + value);
  const std::vector<char*> argv_list = pointers(argv), environment_list = pointers(environment);

  int gate[2];
  if (pipe2(gate, O_CLOEXEC) != 0) return unavailable("no pipe for {}: {}", argv[0], std::strerror(errno));
  const int null_in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  unlink(settings.output_file.c_str());
  const int output =
      open(settings.output_file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  pid_t pid = -1;
  const int open_error = errno;
  if (null_in >= 0 && output >= 0) {
    pid = fork();
    if (pid == 0) {
      become_command(argv_list.data(), environment_list.data(), settings.working_directory.c_str(), gate[0], null_in,
                     output);
    }
  }
  const int fork_error = errno;
  close(gate[0]);
  if (null_in >= 0) close(null_in);
  if (output >= 0) close(output);
  if (pid > 0) return Child(pid, gate[1], settings.output_file, mark_of(pid));
  close(gate[1]);
  if (output < 0) {
    return unavailable("cannot make {}: {}; nothing was run", settings.output_file, std::strerror(open_error));
  }
  return unavailable("no process for {}: {}; nothing was run", argv[0], std::strerror(fork_error));
}

Child::Child(pid_t pid, int gate, std::string output_file, std::string mark)
    : pid_(pid), gate_(gate), output_file_(std::move(output_file)), mark_(std::move(mark)) {}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      gate_(std::exchange(other.gate_, -1)),
      output_file_(std::move(other.output_file_)),
      mark_(std::move(other.mark_)) {}

Child::~Child() {
  if (gate_ >= 0) close(gate_);  // it reads the end of the pipe and ends
  if (pid_ > 0) waitpid(pid_, nullptr, 0);
}

void Child::let_go() {
  CHECK(gate_ >= 0);
  while (write(gate_, "g", 1) < 0 && errno == EINTR) {
  }
  close(gate_);
  gate_ = -1;
}

ChildOutcome Child::wait(Duration timeout) {
  CHECK(pid_ > 0 && gate_ < 0);
  ChildOutcome outcome;
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  const auto deadline = Steady::now() + std::chrono::nanoseconds(timeout.ns);
  bool killed = false;
  while (pidfd >= 0 ? !ended_within(pidfd, std::chrono::milliseconds(100)) : false) {
    keep_tail_only(output_file_);
    if (Steady::now() < deadline) continue;
    killed = true;
    kill(-pid_, SIGTERM);
    if (!ended_within(pidfd, kGrace)) kill(-pid_, SIGKILL);
    ended_within(pidfd, std::chrono::minutes(1));
    break;
  }
  // Not reaped yet, so the group's number is still ours: nothing of a killed command may stay behind.
  if (killed) kill(-pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (pidfd >= 0) close(pidfd);
  if (killed) return {ChildEnd::timed_out, 0};
  if (WIFSIGNALED(status)) return {ChildEnd::signalled, WTERMSIG(status)};
  return {ChildEnd::exited, WEXITSTATUS(status)};
}

void wait_for_leftover(const std::string& mark, Duration timeout) {
  const std::size_t at = mark.find(" pid=");
  if (at == std::string::npos) return;
  const pid_t pid = static_cast<pid_t>(std::strtol(mark.c_str() + at + 5, nullptr, 10));
  if (pid <= 1) return;
  // First hold the process, then ask whether it is the one: the number cannot change hands in between.
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (pidfd < 0) return;
  if (mark_of(pid) == mark) {
    const auto deadline = Steady::now() + std::chrono::nanoseconds(std::max<std::int64_t>(timeout.ns, 0));
    while (!ended_within(pidfd, std::chrono::milliseconds(100))) {
      if (Steady::now() < deadline) continue;
      kill(-pid, SIGTERM);
      if (!ended_within(pidfd, kGrace)) kill(-pid, SIGKILL);
      ended_within(pidfd, std::chrono::minutes(1));
      break;
    }
  }
  close(pidfd);
}

std::string output_tail(const std::string& output_file, std::size_t limit) {
  std::ifstream in(output_file, std::ios::binary);
  if (!in) return {};
  in.seekg(0, std::ios::end);
  const auto size = static_cast<std::size_t>(in.tellg());
  const std::size_t from = size > limit ? size - limit : 0;
  in.seekg(static_cast<std::streamoff>(from));
  std::string tail(size - from, '\0');
  in.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  tail.resize(static_cast<std::size_t>(in.gcount()));
  if (from > 0) {
    const std::size_t line = tail.find('\n');
    if (line != std::string::npos && line + 1 < tail.size()) tail.erase(0, line + 1);
  }
  // A command may write any bytes; what is not UTF-8 or would move a terminal's cursor becomes a question mark.
  if (!is_utf8(tail)) {
    for (char& c : tail) {
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    }
  }
  for (char& c : tail) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') c = ' ';
  }
  while (!tail.empty() && (tail.back() == '\n' || tail.back() == ' ')) tail.pop_back();
  return tail;
}

}  // namespace nightjar
