// io/serve/views.h
// The answers that are computed and not only listed. Each reads what it needs and keeps nothing; called on the reading
// pool. Internal to io/serve.
#pragma once

#include <absl/status/statusor.h>
#include <nlohmann/json_fwd.hpp>

#include "io/serve/api_sources.h"
#include "io/serve/standing.h"

namespace nightjar {

// What happened in the range and does anything need me, in one sentence and the numbers behind it.
absl::StatusOr<nlohmann::json> view_night(const ApiSources& sources, TimeRange range);
absl::StatusOr<nlohmann::json> view_services(const ApiSources& sources);
// not_found when no request of it was ever seen.
absl::StatusOr<nlohmann::json> view_service(const ApiSources& sources, const ServiceName& service, TimeRange range);
// Who called whom in the last minutes, and the way from where customers feel the gravest open incident to its cause.
absl::StatusOr<nlohmann::json> view_map(const ApiSources& sources);

// For tests. "2 deploys", "1 incident", "no deploy".
std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace nightjar
