// cli/commands.h
// One function per command of the binary; each returns the exit code: 0 ok, 1 failed, 2 wrong usage or configuration.
// main.cc parses.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace nightjar {

int command_serve(const std::string& config, const std::string& console_dir);
int command_hand(const std::string& config);
int command_check(const std::string& config);
int command_replay(const std::string& data_dir, int lanes, bool json);

// A new token for a sender: printed once, with the lines of nightjar.yaml that let it in.
struct NewToken {
  std::string name, kinds, labels;  // lists with commas: "metrics,logs", "env=prod,team=shop"
  std::size_t max_series = 0;
  std::string expires;  // "2027-06-30"; "" never
};
int command_token_new(const NewToken& wanted);

// How the commands below reach a running serve.
struct Remote {
  std::string url = "http://127.0.0.1:8080";
  std::string token_file;  // of the person who decides
  bool json = false;       // the API's answer as it is, for jq
};
int command_incidents(const Remote& remote);
int command_incident(const Remote& remote, const std::string& id);
int command_services(const Remote& remote);
int command_sources(const Remote& remote);
struct BackfillOptions {
  std::string config, data_dir;                                     // data_dir: instead of the file's
  std::string from, since = "42d", until = "0s", step = "60s", as;  // as: "scrape", "remote-write", "" by the file
  std::vector<std::string> match;
  std::string token_file;
};
int command_backfill(const BackfillOptions& options);
// A mapping for bodies like the one in `sample`, on stdout. `kind`: change, alert, or "" to guess.
int command_map(const std::string& sample, const std::string& kind, const std::string& source);
// Tries the kept bodies of a source again, oldest first.
int command_redrive(const Remote& remote, const std::string& source);
// `verb`: approve or reject.
int command_decide(const Remote& remote, const std::string& verb, const std::string& action, const std::string& reason);

}  // namespace nightjar
