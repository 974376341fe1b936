// wire/changes/jenkins.h
// What Jenkins' Notification plugin posts -> a change: STARTED is a running one, FINALIZED its end. Every job that
// posts here is taken for one that deploys. Pure, any thread. Source: the plugin's model (JobState, BuildState, Phase).
#pragma once

#include <string_view>

#include <absl/status/statusor.h>

#include "wire/changes/change_delivery.h"

namespace nightjar {

// Of the build's parameters (any case) are read: service, version or tag, previous_version, environment or env, and
// intent (one of our action ids). Without a service the job's whole name ("folder/deploy-payment") is the application.
// Version: else the branch when it looks like one, else the commit. INVALID_ARGUMENT: not JSON, or no build in it.
absl::StatusOr<ChangeDelivery> parse_jenkins(std::string_view body, Timestamp received_at);

}  // namespace nightjar
