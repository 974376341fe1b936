// wire/changes/github_deployment.h
// Which service and version a GitHub deployment is about. Used only by wire/changes/github.cc.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/change.h"

namespace nightjar {

// Fills service, version, previous_version, caused_by and environment from `deployment` (GitHub's object).
void read_deployment_target(const nlohmann::json& deployment, ChangeEvent& event);

}  // namespace nightjar
