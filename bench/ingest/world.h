// bench/ingest/world.h
// What the bench sends: series and spans such as a cluster's exporters and services make, from a seed, the same bytes
// for every server. Counters climb, gauges wander; names and labels are of the length that real ones have (about 190
// bytes a series). Bodies are built by the client and are no part of what is measured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace nightjar::bench {

enum class BodyKind : std::uint8_t { remote_write, otlp_metrics, otlp_traces };

// One body of `batch` items. Metrics: series `first`, `first` + 1, … of `series`, each with one sample of round `round`
// stamped `time_ms`. Traces: `batch` spans in traces of ten over twenty services, ending at `time_ms`; `first` seeds
// their ids.
std::string make_body(BodyKind kind, std::uint64_t first, std::size_t batch, std::uint64_t series, std::uint64_t round,
                      std::int64_t time_ms);

}  // namespace nightjar::bench
