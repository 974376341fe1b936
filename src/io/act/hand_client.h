// io/act/hand_client.h
// serve's end of the link to hand. A thread of its own connects, reconnects, sends a heartbeat every 2 s, and calls
// back. All methods may be called from any thread and never block on the socket.
//
// Promises: a dispatched action is sent again after each reconnect until hand has said anything about it (hand starts
// an id once, so that is safe). A report is handed to on_report once, and again every 30 s for as long as it is not
// confirmed (its journalling may have been refused). confirm() is repeated when hand repeats a confirmed report. After
// a restart of serve, hand repeats what was not confirmed: so whoever takes reports must know the ones it has already.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "io/act/link_message.h"
#include "model/action.h"

namespace nightjar {

class HandClient {
 public:
  // Called on the client's thread; they must not destroy the client.
  struct Callbacks {
    std::function<void(bool connected)> on_presence;
    std::function<void(const ActionReport&)> on_report;                  // confirm(report) once it is durable
    std::function<void(const std::vector<RunbookConfig>&)> on_runbooks;  // what hand's catalogue offers; may be empty
  };

  // Begins to connect at once. `hand_user`: whose process may own the other end.
  HandClient(std::string socket_path, uid_t hand_user, Callbacks callbacks);
  ~HandClient();
  HandClient(const HandClient&) = delete;
  HandClient& operator=(const HandClient&) = delete;

  void dispatch(const Action& action);
  // Also told to every hand that connects later.
  void kill_switch(bool on, const std::string& person);
  void confirm(const ActionReport& report);
  bool connected() const;

 private:
  using ReportKey = std::pair<ActionId, ReportKind>;

  void run();
  int connect_once() const;
  void converse(int fd);
  bool read_from(int fd);
  void take(const LinkMessage& message);
  void take_report(const ActionReport& report);
  void tell_again();
  void greet();
  void send_soon(const LinkMessage& message);  // mutex_ held
  void set_connected(bool connected);
  void wait_for_wake(int milliseconds);

  const std::string path_;
  const uid_t hand_user_;
  const Callbacks callbacks_;
  const int wake_;
  FrameCutter cutter_;  // the thread's own

  mutable std::mutex mutex_;
  bool stopping_ = false;
  bool connected_ = false;  // hand has said hello
  bool greeted_ = false;    // and has what was waiting
  std::string outgoing_;
  std::map<ActionId, Action> unanswered_;
  std::optional<LinkKillSwitch> kill_switch_;
  struct Told {
    ActionReport report;
    std::chrono::steady_clock::time_point at;
  };
  std::map<ReportKey, Told> told_;  // and not confirmed
  std::set<ReportKey> confirmed_;
  std::thread thread_;
};

}  // namespace nightjar
