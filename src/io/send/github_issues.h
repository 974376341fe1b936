// io/send/github_issues.h
// One issue per incident. The body ends with a hidden marker, <!-- nightjar:inc-12 -->, and before an issue is made the
// newest issues are searched for it: an answer that got lost makes no second issue. Comments are marked and looked for
// in the same way. create: issue; update: its title and body; comment; close: a comment, then closed.
// external_ref is the issue's number. Gitea and Forgejo speak the same API, below /api/v1 of their address.
// Source: docs.github.com, REST API version 2022-11-28, issues; Gitea 1.26, /api/swagger.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "io/send/destination.h"
#include "io/send/destinations.h"

namespace nightjar {

class GithubIssues : public Destination {
 public:
  explicit GithubIssues(DestinationRecord record) : record_(std::move(record)) {}
  absl::StatusOr<Delivered> deliver(const Delivery& delivery) override;

 private:
  absl::StatusOr<Delivered> create(const Delivery& delivery);
  absl::Status comment(const Delivery& delivery);
  void add_label(const std::string& issue);
  // `path` begins below the repository.
  absl::StatusOr<nlohmann::json> call(const std::string& method, const std::string& path, const nlohmann::json* body);

  const DestinationRecord record_;
};

}  // namespace nightjar
