// io/act/run_hand.h
// The whole of `nightjar hand`: catalogue, journal, link, until SIGTERM or SIGINT. Called by cli/hand on the main
// thread.
#pragma once

#include <sys/types.h>

#include <set>
#include <string>

namespace nightjar {

struct HandSettings {
  std::string folder;     // hand.jsonl, outputs of commands, `kill` (while that file exists nothing is started)
  std::string socket;     // in a folder of its own; `folder`/hand.sock is a good place
  std::string catalogue;  // path of catalogue.yaml
  int actions_per_15m = 3;
  std::set<std::string> people;  // names whose approvals count; empty: any
  uid_t serve_user = 0;          // who may connect; the caller gives geteuid() when serve runs as the same user
};

// Exit code: 0 stopped as asked, 1 failed, 2 wrong catalogue. Says what it does on stderr.
// On the first SIGTERM nothing new is started and a running command may finish (its own timeout bounds it). On the
// second the process ends at once; the command goes on, and the next hand looks what became of it.
int run_hand(const HandSettings& settings);

}  // namespace nightjar
