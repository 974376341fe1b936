// engine/observe/observe_settings.h
// How wide windows are, how long late data is waited for, and every cap of the room. Caps keep memory bounded whatever
// is sent; what a cap costs is counted in ObserveCounters, never hidden. Values are passed in by run/setup.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace nightjar {

// How many different names one window keeps apart. What is over goes under "(other)": never lost, only less exact.
// Which names are kept depends on the set of names alone (engine/observe/fold.h), so lanes and merge agree.
struct FoldLimits {
  std::size_t services = 2'000;
  std::size_t pods_per_service = 500;  // (version, instance) pairs
  std::size_t operations_per_service = 200;
  std::size_t callees_per_caller = 200;
  std::size_t statements_per_service = 2'000;
  std::size_t patterns_per_service = 10'000;
  std::size_t addresses_per_caller = 500;
};

struct PatternLimits {
  std::size_t live_patterns = 10'000;       // a service; the least recently seen goes
  std::size_t all_live_patterns = 100'000;  // of all services of a lane, shared fairly
  std::size_t shapes = 100'000;             // a service: remembered forms of lines, a cache
  std::size_t contexts = 100'000;           // a service: places where two patterns may yet turn out to be one
  std::size_t tokens_per_line = 256;        // the rest of the line is one variable
  std::size_t line_bytes = 8'192;           // read of a line, after joining
  std::size_t text_bytes = 1'024;           // of a pattern's text
  std::size_t example_bytes = 512;
  std::size_t services = 2'000;
  // The novelty breaker: mining costs microseconds a line, so that a flood of prose would stop us.
  Duration breaker_period = seconds(10);
  std::uint64_t breaker_novel_lines = 1'000;  // in one period, and
  double breaker_open_share = 0.20;           // of the service's lines, or
  std::uint64_t breaker_novel_always = 5'000;
  double breaker_close_share = 0.05;  // for `breaker_close_periods` in a row
  int breaker_close_periods = 6;
  std::uint64_t breaker_sample = 100;  // while open one new line in so many is mined, chosen by its hash
};

struct ObserveSettings {
  Duration window = seconds(10);
  Duration lateness = seconds(10);
  Duration ahead = minutes(10);       // data stamped further in the future is not used
  Duration keep_spans = seconds(60);  // after their window, for parents that end later
  std::size_t spans = 500'000;        // buffered by one lane; the oldest trace is judged early
  std::size_t series = 200'000;       // metric series of one lane
  Duration forget_series = minutes(30);
  std::size_t name_bytes = 256;  // of operations, services, addresses
  std::size_t statement_bytes = 2'048;
  std::size_t names = 200'000;         // distinct texts before the unused are swept
  std::int64_t empty_windows = 8'640;  // given in a row after a gap: a day
  FoldLimits fold;
  PatternLimits patterns;
};

// Since the Observer was made; shown by the lane's own metrics.
struct ObserveCounters {
  std::uint64_t spans = 0, lines = 0, points = 0;  // taken
  std::uint64_t late = 0;                          // window already closed
  std::uint64_t ahead = 0;                         // stamped too far in the future; also in `late`
  std::uint64_t traces_judged_early = 0;           // the span buffer was full
  std::uint64_t buckets_skipped = 0;               // Prometheus _bucket series, which are not used
  std::uint64_t series_refused = 0;                // points of series over the cap
  std::uint64_t points_unusable = 0;               // not a number, or repeated, or going back in time
  std::uint64_t lines_unsorted = 0;                // counted by the breaker's coarse buckets
  std::uint64_t lines_joined = 0;                  // frames of stack traces that came as lines of their own
  std::uint64_t patterns_forgotten = 0;
  std::uint64_t services_forgotten = 0;  // pattern miners
};

}  // namespace nightjar
