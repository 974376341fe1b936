// io/act/catalogue.h
// The operator's list of what may be done, with what arguments, by which command. Read by hand at its start and only
// there believed: whatever serve asks for, nothing outside of this file is ever run, and an argument is a word of a
// strict pattern put into one element of an argv, never a piece of shell. Values; pure but for read_catalogue.
//
//   runbooks:
//     - name: rollback
//       actuator: script
//       argv: ["/usr/bin/deploy", "roll", "--service", "{service}", "--to", "{to_version}", "--intent", "{action_id}"]
//       arguments: {service: {type: name}, to_version: {type: version}}
//       check: ["/usr/bin/deploy", "check", …]      # exit 0: done; 3: not done; anything else: nobody knows
//       undo: "deploy the newer version again"      # for people; undo_by does it, should the action make things worse
//       undo_by: rollback                            # a runbook of this file: same arguments, to_version the newer one
//       timeout: 5m
//     - name: restart
//       actuator: supervisor
//       url: "unix:///run/supervisor.sock"           # or http://127.0.0.1:9001/RPC2
//       program: "{instance}"
//       arguments: {instance: {type: name}}
#pragma once

#include <map>
#include <string>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/time.h"
#include "model/config.h"
#include "model/ids.h"

namespace nightjar {

// Patterns: no type lets a value begin with '-', hold a space, a quote, "..", or be longer than 128 bytes.
//   name      letters, digits and . _ : / @ -, beginning with a letter or digit
//   version   letters, digits and . _ + -, beginning with a letter or digit
//   integer   up to nine digits
//   duration  digits and ms s m h d w
enum class ArgumentType : std::uint8_t { name, version, integer, duration };

enum class ActuatorKind : std::uint8_t { script, supervisor };

struct Runbook {
  std::string name;
  ActuatorKind actuator = ActuatorKind::script;
  std::map<std::string, ArgumentType> arguments;
  std::string undo, undo_by;
  Duration timeout = minutes(5);

  // script
  std::vector<std::string> argv, check;            // argv[0] is an absolute path; {argument} and {action_id} are filled
  std::map<std::string, std::string> environment;  // added to the minimal one
  std::string working_directory;                   // the catalogue's own folder when not given

  // supervisor
  std::string url, program;
};

using Catalogue = std::map<std::string, Runbook>;  // by name

// Errors: "catalogue.yaml:14:3: unknown key "timout"; did you mean "timeout"?"
absl::StatusOr<Catalogue> read_catalogue(const std::string& path);

// What proposals may name; the commands stay here.
std::vector<RunbookConfig> runbook_configs(const Catalogue& catalogue);

using Arguments = std::map<std::string, std::string>;
// OK when exactly the declared arguments are given and each matches its type.
absl::Status check_arguments(const Runbook& runbook, const Arguments& arguments);
// `text` with {argument} and {action_id} filled in. The names were checked when the catalogue was read.
std::string fill_in(const std::string& text, const Arguments& arguments, ActionId action);
std::vector<std::string> fill_in(const std::vector<std::string>& texts, const Arguments& arguments, ActionId action);

}  // namespace nightjar
