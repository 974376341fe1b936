// wire/changes/github_deployment.h
// Which service and version a GitHub deployment is about. Used only by wire/changes/github.cc.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "model/change.h"

namespace nightjar {

struct ServiceVersion {
  std::string service, version;
};
// "payment@2.4.1", "payment/v2.4.1", "payment-v2.4.1-rc.1", "refs/tags/v2.4.1" (no service); both empty for a branch.
ServiceVersion read_ref(std::string_view ref);

// Fills service, version, previous_version, caused_by and environment from `deployment` (GitHub's object).
void read_deployment_target(const nlohmann::json& deployment, ChangeEvent& event);

}  // namespace nightjar
