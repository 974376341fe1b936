// wire/changes/gitlab.h
// GitLab's webhooks -> changes: deployment events, jobs of a pipeline that deploy, pushes to the default branch and of
// tags. Pure, any thread. Source: GitLab, "Webhook events".
#pragma once

#include <string_view>

#include <absl/status/statusor.h>

#include "wire/changes/change_delivery.h"

namespace nightjar {

// The body says itself what it is (`object_kind`). `delivery`: the header Idempotency-Key, or X-Gitlab-Event-UUID.
// INVALID_ARGUMENT: not JSON, or what every such event has is missing. Body at most 1 MiB; of a pipeline at most 100
// jobs are looked at.
//
// A deployment and the job that makes it share a key, so both hooks may be on. The service is found by the project or
// by the end of the environment's name ("production/payment"). Version: the ref when it looks like one, else the
// commit.
absl::StatusOr<ChangeDelivery> parse_gitlab(std::string_view delivery, std::string_view body, Timestamp received_at);

}  // namespace nightjar
