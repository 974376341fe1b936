// io/receive/change_doors.h
// Changes, two doors: POST /api/v1/changes for people and pipelines, POST /api/v1/webhooks/github for GitHub's hooks
// (deployment, deployment_status, push; signed). 202 when durable; events of no interest are a success too.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "io/receive/doorway.h"

namespace nightjar {

struct ChangeDoorSettings {
  std::string github_secret;  // "": the GitHub door is closed
  // The change that a message with this idempotency key belongs to, once its input has been applied. Called on the
  // doorway's control pool; may read from disk. Empty: answers carry no id.
  std::function<std::optional<ChangeId>(const std::string& key)> change_of;
};

void add_change_routes(Router& router, Doorway& doorway, ChangeDoorSettings settings);

}  // namespace nightjar
