// run/setup/settings.h
// nightjar.yaml as values: what decides (EngineConfig, journalled) and what only this process needs (addresses, files,
// secrets). Read once at start by serve, hand and check. Errors are one line: file:line:column, what is wrong, the
// nearest valid key.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "io/receive/scrape_targets.h"
#include "model/config.h"
#include "model/signals.h"
#include "wire/mapping/mapping.h"

namespace nightjar {

struct PersonSettings {
  std::string name;
  std::string token_sha256;        // hex; the token itself is never in a file of ours
  std::vector<std::string> roles;  // viewer, responder, operator, admin
};

// Who may send to the doors; its name is journalled with what it sends.
struct DoorTokenSettings {
  std::string name;
  std::string token_sha256;        // hex
  std::vector<std::string> kinds;  // metrics, logs, traces, alerts, changes, tickets; empty: all
  Attributes labels;               // forced on all it sends; sorted by key
  std::size_t max_series = 0;      // new ones; 0: no quota
  std::optional<Timestamp> expires;
};

// Doors of alerts that ask for more than a token.
struct AlertDoorsPart {
  std::string sentry_secret_file;              // "": the Sentry door answers 403 and says why
  std::vector<std::string> cloudwatch_topics;  // ARNs of SNS topics; empty: the same for messages of SNS
  bool cloudwatch_confirm = false;             // confirm their subscriptions by ourselves
};

// Where syslog comes in; "" closed.
struct SyslogPart {
  std::string udp, tcp, tls;
  std::vector<std::string> allow_from;  // CIDRs beside this machine
};

// A server's certificate; "" none.
struct TlsPart {
  std::string certificate_file, key_file, client_ca_file;
};

// Files that are followed. As io/receive/file_tail.h has it.
struct TailPart {
  std::vector<std::string> files;  // absolute patterns
  Attributes labels;               // sorted; the service is among them
  bool from_beginning = false;
  std::string multiline = "auto";  // auto, off, or the pattern that begins a record
};

enum class DestinationKind { slack, email, github_issues, webhook };

struct DestinationSettings {
  std::string name;
  DestinationKind kind = DestinationKind::slack;
  std::string url;         // slack: API base; github_issues: API base; webhook: the URL
  std::string channel;     // slack
  std::string repository;  // github_issues: owner/name
  std::string smtp;        // email: host:port
  std::string from;
  std::vector<std::string> to;
  std::string token_file;      // "" none
  bool allow_private = false;  // may resolve to loopback or private addresses
};

struct HandSettingsPart {
  std::string socket, catalogue;
  int actions_per_15m = 3;
};

struct Settings {
  std::string file;  // where it was read from
  std::string data_dir;
  std::string http = "127.0.0.1:8080", otlp_http = "127.0.0.1:4318", otlp_grpc = "127.0.0.1:4317";
  std::string public_url;
  int lanes = 2;
  std::vector<PersonSettings> people;
  std::vector<DoorTokenSettings> door_tokens;  // empty: senders of this machine only, and without a token
  // Of the webhook doors, by Door's word: the file that holds the secret. A door without one answers 403 and says why.
  std::map<std::string, std::string> door_secret_files;
  AlertDoorsPart alert_doors;
  std::vector<ScrapeJob> scrape;
  EventSources events;  // by the name of the tool that posts
  SyslogPart syslog;
  TlsPart tls;
  std::vector<TailPart> tail;
  std::vector<DestinationSettings> destinations;
  HandSettingsPart hand;
  EngineConfig engine;  // without runbooks: hand tells those
};

// Relative paths in the file are relative to the file. INVALID_ARGUMENT: the file is wrong; NOT_FOUND: it cannot be
// read.
absl::StatusOr<Settings> read_settings(const std::string& path);
// Words of a destination's kind, as in the file.
std::string_view word(DestinationKind kind);

}  // namespace nightjar
