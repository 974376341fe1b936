// io/send/destinations.h
// From an operator's record to a destination. Called by run/setup at start.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "io/net/clock.h"
#include "io/send/destination.h"
#include "io/send/egress.h"
#include "io/send/secret.h"

namespace nightjar {

// One entry of `destinations:` in nightjar.yaml; which fields count depends on the kind.
struct DestinationRecord {
  std::string name;
  std::string kind;     // slack, email, github_issues, webhook
  std::string url;      // slack: https://slack.com/api; github_issues: https://api.github.com; webhook: the whole URL
  std::string channel;  // slack: "#oncall" or a channel id
  std::string repository;       // github_issues: "shop/shop"
  std::string smtp;             // email: "mail.example.com:587"
  std::string from;             // email
  std::vector<std::string> to;  // email
  std::string username;         // email; "" no login
  Secret token;                 // slack, github_issues: bearer; email: password; webhook: signs the body
  Egress egress;
};

// invalid_argument names the destination and the field that is missing or wrong. `clock` outlives the destination.
absl::StatusOr<std::unique_ptr<Destination>> make_destination(const DestinationRecord& record, const Clock& clock);

}  // namespace nightjar
