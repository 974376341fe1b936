// io/act/hand_server.h
// hand's end of the link: a unix socket in a 0700 directory. Peers other than the allowed user (SO_PEERCRED) are hung
// up on before a byte of theirs is read. One thread of its own; reports may be handed in from any thread.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <absl/status/statusor.h>

#include "io/act/hand.h"
#include "io/act/link_message.h"

namespace nightjar {

class HandServer {
 public:
  // Listens and answers from now on. `hand` outlives it. A socket file that nobody listens on any more is replaced;
  // failed_precondition when somebody does.
  static absl::StatusOr<std::unique_ptr<HandServer>> listen(const std::string& socket_path, uid_t allowed_user,
                                                            Hand& hand);
  ~HandServer();
  HandServer(const HandServer&) = delete;
  HandServer& operator=(const HandServer&) = delete;

 private:
  struct Peer {
    FrameCutter cutter;
    std::string outgoing;
  };

  HandServer(std::string path, int listener, int wake, uid_t allowed_user, Hand& hand);
  void serve();
  void welcome();
  bool read_from(int fd, Peer& peer);  // false: hang up
  bool write_to(int fd, Peer& peer);
  void take(const LinkMessage& message);
  void queue(const ActionReport& report);
  void hand_out_reports();

  const std::string path_;
  const int listener_, wake_;
  const uid_t allowed_user_;
  Hand& hand_;
  std::map<int, Peer> peers_;  // the thread's own
  std::mutex mutex_;
  std::vector<ActionReport> reports_;  // to be sent
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace nightjar
