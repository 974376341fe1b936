// wire/changes/announced_change.h
// What people and pipelines post to `POST /api/v1/changes` in one line of curl -> ChangeEvent:
//
//   {"service":"payment","version":"2.4.1"}
//
// and, when they know more: previous_version, commit, kind, environment, author, url, title, repository, status,
// started_at, finished_at, id (idempotency key), caused_by (an action's id). Called by io/receive. Pure, any thread.
#pragma once

#include <string_view>

#include <absl/status/statusor.h>

#include "model/change.h"

namespace nightjar {

// `received_at`: wall time at the door, the start when the sender names none. INVALID_ARGUMENT names the field and what
// is expected there, and the field probably meant when one is misspelt. Body at most 1 MiB.
absl::StatusOr<ChangeEvent> parse_announced_change(std::string_view body, Timestamp received_at);

}  // namespace nightjar
