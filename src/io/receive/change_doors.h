// io/receive/change_doors.h
// POST /api/v1/changes, for people and pipelines: 202 when durable. What tools tell by themselves: webhook_doors.h.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "io/receive/doorway.h"

namespace nightjar {

struct ChangeDoorSettings {
  // The change that a message with this idempotency key belongs to, once its input has been applied. Called on the
  // doorway's control pool; may read from disk. Empty: answers carry no id.
  std::function<std::optional<ChangeId>(const std::string& key)> change_of;
};

void add_change_routes(Router& router, Doorway& doorway, ChangeDoorSettings settings);

}  // namespace nightjar
