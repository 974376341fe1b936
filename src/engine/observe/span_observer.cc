#include "engine/observe/span_observer.h"

#include "base/check.h"
#include "engine/observe/trace_judgement.h"
#include "engine/observe/windows.h"

namespace nightjar {

SpanObserver::SpanObserver(const ObserveSettings& settings, ObserveCounters& counters)
    : settings_(settings), counters_(counters) {}

std::int64_t SpanObserver::window_of(std::int64_t ns) const { return window_number({ns}, settings_.window); }

void SpanObserver::enter(const Resource& resource) {
  service_ = names_.number_of(cut(resource.service.value, settings_.name_bytes));
  pod_ = names_.number_of(pod_text(resource, settings_.name_bytes));
}

void SpanObserver::observe(const Span& span, std::int64_t window) {
  const auto [at, fresh] = traces_.try_emplace(span.trace_id);
  Trace& trace = at->second;
  if (fresh) {
    trace.arrival = next_arrival_++;
    arrivals_.emplace_back(trace.arrival, span.trace_id);
  }
  trace.spans.push_back(read_span(span, service_, pod_, names_, settings_));
  ++buffered_;
  if (trace.listed_in != window) {
    trace.listed_in = window;
    windows_[window].traces.push_back(span.trace_id);
  }
  if (buffered_ > settings_.spans) make_room();
}

void SpanObserver::close(std::int64_t window, WindowRollups& out) {
  if (const auto open = windows_.find(window); open != windows_.end()) {
    const std::int64_t end_ns = (window + 1) * settings_.window.ns;
    const std::int64_t keep_windows = (settings_.keep_spans.ns + settings_.window.ns - 1) / settings_.window.ns;
    // Moved out: judging writes into windows_, and the list may name a trace twice or one that was judged early.
    const std::vector<TraceIdBytes> ended = std::move(open->second.traces);
    for (const TraceIdBytes& id : ended) {
      const auto found = traces_.find(id);
      if (found == traces_.end()) continue;
      Trace& trace = found->second;
      judge(trace, end_ns);
      const bool open_spans =
          std::any_of(trace.spans.begin(), trace.spans.end(), [](const auto& s) { return !s.judged; });
      if (!open_spans && JudgedTrace(trace.spans).is_complete()) {
        buffered_ -= trace.spans.size();
        traces_.erase(found);
      } else if (trace.keep_until < window + keep_windows) {
        trace.keep_until = window + keep_windows;
        kept_.emplace_back(trace.keep_until, id);
      }
    }
    windows_.find(window)->second.tally.write(names_, out);
    windows_.erase(window);
  }
  forget_kept(window);
  if (names_.size() > settings_.names) sweep_names();
}

void SpanObserver::judge(Trace& trace, std::int64_t end_ns) {
  const std::size_t before = trace.spans.size();
  tidy_trace(trace.spans);
  buffered_ -= before - trace.spans.size();
  const JudgedTrace judged(trace.spans);
  for (const ObservedSpan& span : trace.spans)
    if (!span.judged && span.end_ns < end_ns) judge_span(span, judged, windows_[window_of(span.end_ns)].tally);
  for (ObservedSpan& span : trace.spans) span.judged = span.judged || span.end_ns < end_ns;
}

void SpanObserver::judge_span(const ObservedSpan& span, const JudgedTrace& trace, SpanTally& tally) {
  const std::int64_t duration_ns = span.end_ns - span.start_ns;
  if (trace.is_request(span)) {
    tally.add_request(span, trace.has_own_error(span), trace.self_time_ns(span));
    // The queue is a service of its own: its producers call it, it calls its consumers.
    if (span.kind == SpanKind::consumer && span.callee != 0)
      tally.add_call(span.callee, span.service, DependencyKind::messaging, span.answer == Answer::failed, duration_ns);
  }
  if (trace.is_one_call(span)) {
    const bool failed = trace.call_failed(span);
    if (span.callee != 0) {
      tally.add_call(span.service, span.callee, span.call, failed, duration_ns);
    } else if (const ObservedSpan* answer = trace.answered_by(span)) {
      tally.add_call(span.service, answer->service, span.call, failed, duration_ns);
      if (span.address != 0) tally.add_answer(span.service, span.address, answer->service);
    } else if (span.external != 0) {
      tally.add_unanswered(span, failed);
    }
    if (span.statement != 0) tally.add_statement(span, trace.endpoint_of(span), failed);
  }
  if (span.exception != 0 && !trace.exception_from_below(span)) tally.add_exception(span, names_);
}

void SpanObserver::make_room() {
  // A tenth at once, so that a full buffer does not judge a trace for every span.
  const std::size_t target = settings_.spans - settings_.spans / 10;
  while (buffered_ > target && !arrivals_.empty()) {
    const auto [arrival, id] = arrivals_.front();
    arrivals_.pop_front();
    const auto found = traces_.find(id);
    if (found == traces_.end() || found->second.arrival != arrival) continue;
    judge(found->second, INT64_MAX);
    buffered_ -= found->second.spans.size();
    traces_.erase(found);
    ++counters_.traces_judged_early;
  }
}

void SpanObserver::forget_kept(std::int64_t window) {
  while (!kept_.empty() && kept_.front().first <= window) {
    const TraceIdBytes id = kept_.front().second;
    kept_.pop_front();
    const auto found = traces_.find(id);
    if (found == traces_.end()) continue;
    Trace& trace = found->second;
    // A long trace goes piece by piece: what is old and judged leaves, the rest stays.
    const std::int64_t old_ns = (window + 1) * settings_.window.ns - settings_.keep_spans.ns;
    const std::size_t gone =
        std::erase_if(trace.spans, [&](const ObservedSpan& s) { return s.judged && s.end_ns < old_ns; });
    buffered_ -= gone;
    if (trace.spans.empty()) traces_.erase(found);
  }
  // Arrivals of traces that have left are dropped now and then; the order of the rest stays.
  if (arrivals_.size() > 2 * traces_.size() + 1024)
    std::erase_if(arrivals_, [&](const auto& arrival) {
      const auto found = traces_.find(arrival.second);
      return found == traces_.end() || found->second.arrival != arrival.first;
    });
}

void SpanObserver::sweep_names() {
  std::vector<bool> used(names_.range());
  used[service_] = used[pod_] = true;
  for (const auto& [id, trace] : traces_)
    for (const ObservedSpan& s : trace.spans)
      for (const Names::Number number : {s.service, s.pod, s.operation, s.callee, s.address, s.external, s.statement,
                                         s.table, s.exception, s.example})
        used[number] = true;
  for (const auto& [number, open] : windows_) open.tally.mark(used);
  names_.sweep(used);
}

}  // namespace nightjar
