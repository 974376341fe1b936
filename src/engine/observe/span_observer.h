// engine/observe/span_observer.h
// The trace half of Observer: keeps spans by trace until their window closes, then judges them into that window's sums.
// A span whose parent has not come is kept ObserveSettings::keep_spans longer; a complete trace goes at once. When the
// buffer is full the oldest trace is judged early: it still counts, only what came later of it is not seen together.
// Lane's thread only; all spans of a trace come to the same SpanObserver.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "base/hash.h"
#include "engine/observe/names.h"
#include "engine/observe/observed_span.h"
#include "engine/observe/span_tally.h"

namespace nightjar {

class SpanObserver {
 public:
  SpanObserver(const ObserveSettings& settings, ObserveCounters& counters);

  // `window`: number of the window the span ended in; the caller has checked that it is open.
  void observe(const Span& span, std::int64_t window);
  // To be called before the spans of a resource.
  void enter(const Resource& resource);
  // Judges what ended in `window`, appends its rollups to `out` (unsorted) and forgets them.
  void close(std::int64_t window, WindowRollups& out);
  template <class Archive>
  void carry(Archive& archive) {
    archive(names_, service_, pod_, traces_, arrivals_, kept_, windows_, next_arrival_, buffered_);
  }
  std::size_t buffered() const { return buffered_; }
  std::size_t names() const { return names_.size(); }

 private:
  struct TraceHash {
    std::size_t operator()(const TraceIdBytes& id) const {
      return stable_hash({reinterpret_cast<const char*>(id.data()), id.size()}, 31);
    }
  };
  struct Trace {
    std::vector<ObservedSpan> spans;
    std::uint64_t arrival = 0;
    std::int64_t listed_in = INT64_MIN;   // the window whose list has it last
    std::int64_t keep_until = INT64_MIN;  // window number
  };
  struct OpenWindow {
    std::vector<TraceIdBytes> traces;
    SpanTally tally;
  };

  // Judges spans that ended before `end_ns`.
  void judge(Trace& trace, std::int64_t end_ns);
  void judge_span(const ObservedSpan& span, const class JudgedTrace& trace, SpanTally& tally);
  void make_room();
  void forget_kept(std::int64_t window);
  void sweep_names();
  std::int64_t window_of(std::int64_t ns) const;

  const ObserveSettings& settings_;
  ObserveCounters& counters_;
  Names names_;
  Names::Number service_ = 0, pod_ = 0;
  absl::flat_hash_map<TraceIdBytes, Trace, TraceHash> traces_;
  std::deque<std::pair<std::uint64_t, TraceIdBytes>> arrivals_;  // oldest first; some are gone already
  std::deque<std::pair<std::int64_t, TraceIdBytes>> kept_;       // by the window at whose close they may go
  std::map<std::int64_t, OpenWindow> windows_;
  std::uint64_t next_arrival_ = 0;
  std::size_t buffered_ = 0;
};

}  // namespace nightjar
