// wire/changes/github.h
// GitHub's webhooks -> changes: `deployment` and `deployment_status`; `workflow_run` of a workflow that deploys; `push`
// to the default branch or of a tag, `release` and merged `pull_request` as context. The door checks the signature over
// the raw bytes first and parses only then. Issues: wire/tickets/issues.h. Pure, any thread.
#pragma once

#include <string_view>

#include <absl/status/statusor.h>

#include "wire/changes/change_delivery.h"

namespace nightjar {

// `event` and `delivery` are the headers X-GitHub-Event and X-GitHub-Delivery. `received_at`: wall time at the door.
// INVALID_ARGUMENT: not JSON, or what every such event has is missing. Body at most 1 MiB.
//
// What a deployment is about, in this order: `deployment.payload` (an object, or the text of one) with service,
// version, previous_version and intent (one of our action ids); else a task "deploy:payment", a ref such as
// "payment@2.4.1", "payment/v2.4.1" or "payment-v2.4.1", an environment "production/payment". Version: else the ref
// when it looks like one, else the commit.
//
// A workflow deploys when its name or its file's name says so: "deploy" or "rollout", also as a part of a word. Where a
// job has an `environment`, GitHub tells of the deployment as well: send us one of the two.
absl::StatusOr<ChangeDelivery> parse_github(std::string_view event, std::string_view delivery, std::string_view body,
                                            Timestamp received_at);

}  // namespace nightjar
