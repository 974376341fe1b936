// wire/prometheus/remote_write.h
// Prometheus remote write 1 and 2: snappy is already off (wire/compression). Called through wire/decode.h; the door
// also calls count_written for the headers a version 2 sender insists on. Pure; any thread.
// Source: Prometheus remote write specifications 1.0 and 2.0-rc.4.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "base/time.h"
#include "model/signals.h"
#include "wire/limits.h"
#include "wire/series_catalogue.h"

namespace nightjar {

enum class RemoteWriteVersion : std::uint8_t { one, two };

// judge() and decode() of wire/decode.h for this protocol. Items are samples and native histograms; a series whose
// labels are wrong costs all of its own.
absl::StatusOr<Verdict> judge_remote_write(RemoteWriteVersion version, std::string_view body, const Limits& limits,
                                           Timestamp wall_now, Timestamp* newest = nullptr);
absl::StatusOr<std::vector<Signals>> decode_remote_write(RemoteWriteVersion version, std::string_view body,
                                                         const Verdict& verdict, SeriesCatalogue& catalogue);

// For X-Prometheus-Remote-Write-{Samples,Histograms,Exemplars}-Written: what of `body` the verdict kept. Exemplars
// count when something else of their series, or nothing, was kept: they are durable in the journal like all of the
// body.
struct Written {
  std::uint64_t samples = 0, histograms = 0, exemplars = 0;
};
//   invalid_argument  never for a body with the verdict judge() gave it
absl::StatusOr<Written> count_written(RemoteWriteVersion version, std::string_view body, const Verdict& verdict);

}  // namespace nightjar
