// tests/unit/io_act/supervisor_process.h
// A real supervisord on a unix socket in a temporary folder, with one program "worker"; ended with the object.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "tests/unit/io_act/fixtures.h"

namespace nightjar {

class SupervisorProcess {
 public:
  static bool installed() { return access("/usr/bin/supervisord", X_OK) == 0; }

  explicit SupervisorProcess(const std::string& folder) : socket_(folder + "/s.sock") {
    const std::string config = folder + "/supervisord.conf";
    write_file(config, "[unix_http_server]\nfile=" + socket_ + "\n[supervisord]\nnodaemon=true\nlogfile=" + folder +
                           "/s.log\npidfile=" + folder + "/s.pid\nchildlogdir=" + folder +
                           "\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = "
                           "supervisor.rpcinterface:make_main_rpcinterface\n"
                           "[program:worker]\ncommand=/bin/sh -c \"echo began >> " +
                           folder + "/ran; exec sleep 1000\"\nstartsecs=0\nautorestart=false\nstopwaitsecs=2\n");
    pid_ = fork();
    if (pid_ == 0) {
      sigset_t none;
      sigemptyset(&none);
      sigprocmask(SIG_SETMASK, &none, nullptr);
      execl("/usr/bin/supervisord", "supervisord", "-n", "-s", "-c", config.c_str(), nullptr);
      _exit(127);
    }
    eventually([&] { return count_lines(folder + "/ran") > 0; });
  }
  ~SupervisorProcess() {
    kill(pid_, SIGTERM);
    if (!eventually([&] { return waitpid(pid_, nullptr, WNOHANG) == pid_; })) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }
  std::string url() const { return "unix://" + socket_; }

 private:
  const std::string socket_;
  pid_t pid_ = -1;
};

}  // namespace nightjar
