// io/serve/api_request.h
// What a request of the API asks for: a time range, a limit; and how a route that reads from disk is made: on the
// reading pool, never on a server's thread.
#pragma once

#include <functional>

#include <absl/status/statusor.h>
#include <nlohmann/json_fwd.hpp>

#include "base/time.h"
#include "io/net/router.h"
#include "io/net/work_pool.h"

namespace nightjar {

// ?from=&to= in RFC 3339, end not included; default the 24 hours before `now`. invalid_argument names the parameter.
absl::StatusOr<TimeRange> asked_range(const HttpRequest& request, Timestamp now);
// ?limit=, 1 to 1000, default 200.
absl::StatusOr<int> asked_limit(const HttpRequest& request);

// One step of a read: JSON, or why not. Bytes that are not UTF-8 are replaced, never a failure.
using Read = std::function<absl::StatusOr<nlohmann::json>(const HttpRequest&)>;
void add_read_route(Router& router, WorkPool& pool, std::string pattern, Read read);
std::string to_text(const nlohmann::json& json);

}  // namespace nightjar
