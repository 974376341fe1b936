// wire/series_quota.h
// Which series a body of metrics brings, as 64-bit hashes, so that a door can hold a sender to a number of new ones
// without building anything. Works on the bytes as judged; an item that the verdict rejected is not asked about. A hash
// names a series as the sender wrote it (resource, metric name, labels in any order), which is finer than the engine's
// own: an estimate from above. Called by io/receive for tokens with a quota only. Pure; any thread.
#pragma once

#include <functional>
#include <string_view>

#include <absl/status/statusor.h>

#include "model/signals.h"

namespace nightjar {

// Asks once for each item the verdict accepted; what may_come refuses is rejected as well, with `reason` if it is the
// first. Returns how many that were. Bodies without metrics are left alone.
//   invalid_argument  never for a body with the verdict judge() gave it
absl::StatusOr<std::size_t> apply_series_quota(Encoding encoding, std::string_view body, std::string_view reason,
                                               const std::function<bool(std::uint64_t series)>& may_come,
                                               Verdict& verdict);

}  // namespace nightjar
