// model/config.h
// The part of the operator's configuration that decides: journalled as an Input when applied, so that a replay judges
// by the rules of that night. Addresses, files and secrets are run/setup's and never get here. Read and checked by
// run/setup.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/ids.h"

namespace nightjar {

struct ServiceConfig {
  ServiceName service;
  std::string owner, repository;
  double tier = 0.5;  // 0.25, 0.5, 0.75, 1
  // What deploy tools call it: Argo CD and Flux applications, Jenkins jobs, more repositories. A '*' at the end takes
  // whatever follows.
  std::vector<std::string> deployed_as;
};

struct SloConfig {
  std::string name;
  ServiceName service;
  double objective = 0.99;  // share of good requests
  Duration window = days(30);
};

struct RouteConfig {
  std::vector<std::string> services;  // names or "*"
  std::vector<std::string> notify;    // destinations
  std::string tickets;                // destination; "" none
  std::string approver;               // person named in signed links
};

enum class PolicyEffect : std::uint8_t { permit, forbid };
struct PolicyWhen {
  bool harmful_verdict = true;
  double e_value_at_least = 1000;
  double confidence_at_least = 0.8;
  double times_second_at_least = 4;
  double blast_score_at_most = 45;
};
struct PolicyConfig {
  std::string name;
  PolicyEffect effect = PolicyEffect::permit;
  std::vector<std::string> actions;   // "rollback", "restart", …
  std::vector<std::string> services;  // names or "*"
  PolicyWhen when;
  bool auto_allowed = false;  // auto_if given
  bool auto_needs_concurrent_control = true;
  double auto_blast_score_at_most = 30;
  int approvals = 1;
  Duration approval_ttl = minutes(15);
  Duration verify_window = minutes(3), verify_max = minutes(10);
  Duration cooldown = minutes(20);
};

struct RunbookConfig {  // what proposals may name; the argv stays with hand
  std::string name;
  std::vector<std::string> arguments;
  std::string undo;     // in words, for people
  std::string undo_by;  // the runbook that does it; "" none
};

struct EngineConfig {
  std::string environment = "production";
  Duration window = seconds(10);
  Duration lateness = seconds(10);
  std::string public_url;
  std::vector<ServiceConfig> services;
  std::vector<SloConfig> slos;
  std::vector<RouteConfig> routes;
  std::map<std::string, std::string> destination_kinds;  // name -> slack, email, github_issues
  std::vector<PolicyConfig> policies;
  std::vector<RunbookConfig> runbooks;
};

}  // namespace nightjar
