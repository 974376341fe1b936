// engine/observe/trace_judgement.h
// What the spans of one trace say together: which are requests, how long each worked itself, whose fault a failure is,
// who answered a call. Called by SpanObserver when a window of the trace closes, on the lane's thread.
// Self time: duration minus the union of the children's intervals, clipped to the span (children of any kind).
// Own error: the request failed and no call below it, inside its own service, failed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/observe/observed_span.h"

namespace nightjar {

// Brings a trace into the order JudgedTrace needs and drops repeats (senders may send twice).
void tidy_trace(std::vector<ObservedSpan>& spans);

class JudgedTrace {
 public:
  // `spans`: tidied, read only while this lives.
  explicit JudgedTrace(std::span<const ObservedSpan> spans);

  // A server or consumer span, or an inner root; not one that its own service opened around or below another.
  bool is_request(const ObservedSpan& span) const;
  std::int64_t self_time_ns(const ObservedSpan& span) const;
  bool has_own_error(const ObservedSpan& request) const;
  // The span stands for one call to another service: not a wrapper around calls, nor the transport of one.
  bool is_one_call(const ObservedSpan& span) const;
  bool call_failed(const ObservedSpan& call) const;
  // The server or consumer span of another service below `call`; nullptr when none has come.
  const ObservedSpan* answered_by(const ObservedSpan& call) const;
  // Operation of the nearest request above in the same service; 0 none.
  Names::Number endpoint_of(const ObservedSpan& span) const;
  // The exception came up from a child of the same pod, where it is counted.
  bool exception_from_below(const ObservedSpan& span) const;
  // A root was seen and nobody's parent is missing: nothing that may still come changes what is said.
  bool is_complete() const;

 private:
  const ObservedSpan* parent_of(const ObservedSpan& span) const;
  template <class Visit>  // bool visit(const ObservedSpan&): true stops
  bool any_child(const ObservedSpan& span, Visit&& visit) const;

  std::span<const ObservedSpan> spans_;   // by id
  std::vector<std::uint32_t> by_parent_;  // indexes by (parent, start)
};

}  // namespace nightjar
