#include "engine/observe/trace_judgement.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace nightjar {
namespace {

// A hostile trace may be one chain of 100,000 inner spans; nobody's real request is nested deeper than this.
constexpr int kDeepest = 64;

auto identity(const ObservedSpan& span) { return std::tuple(span.id, span.pod, span.kind); }

}  // namespace

void tidy_trace(std::vector<ObservedSpan>& spans) {
  // Judged spans first among equals: a repeat of one must not be counted again.
  std::sort(spans.begin(), spans.end(), [](const ObservedSpan& a, const ObservedSpan& b) {
    return std::tuple(a.id, a.pod, a.kind, !a.judged, a.end_ns, a.start_ns) <
           std::tuple(b.id, b.pod, b.kind, !b.judged, b.end_ns, b.start_ns);
  });
  spans.erase(
      std::unique(spans.begin(), spans.end(),
                  [](const ObservedSpan& a, const ObservedSpan& b) { return a.id != 0 && identity(a) == identity(b); }),
      spans.end());
}

JudgedTrace::JudgedTrace(std::span<const ObservedSpan> spans) : spans_(spans), by_parent_(spans.size()) {
  std::iota(by_parent_.begin(), by_parent_.end(), 0u);
  std::sort(by_parent_.begin(), by_parent_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::tuple(spans_[a].parent, spans_[a].start_ns, a) < std::tuple(spans_[b].parent, spans_[b].start_ns, b);
  });
}

template <class Visit>
bool JudgedTrace::any_child(const ObservedSpan& span, Visit&& visit) const {
  if (span.id == 0) return false;
  auto at = std::lower_bound(by_parent_.begin(), by_parent_.end(), span.id,
                             [&](std::uint32_t i, std::uint64_t id) { return spans_[i].parent < id; });
  for (; at != by_parent_.end() && spans_[*at].parent == span.id; ++at)
    if (&spans_[*at] != &span && visit(spans_[*at])) return true;
  return false;
}

const ObservedSpan* JudgedTrace::parent_of(const ObservedSpan& span) const {
  if (span.parent == 0) return nullptr;
  const auto at = std::lower_bound(spans_.begin(), spans_.end(), span.parent,
                                   [](const ObservedSpan& s, std::uint64_t id) { return s.id < id; });
  return at != spans_.end() && at->id == span.parent && &*at != &span ? &*at : nullptr;
}

bool JudgedTrace::is_request(const ObservedSpan& span) const {
  if (span.is_call()) return false;
  if (span.is_inner()) return span.parent == 0;
  // A framework's server span inside the web server's, a consumer's "process" inside its "receive": one request.
  const ObservedSpan* parent = parent_of(span);
  return parent == nullptr || parent->pod != span.pod || parent->is_call();
}

std::int64_t JudgedTrace::self_time_ns(const ObservedSpan& span) const {
  std::int64_t covered = 0, reached = span.start_ns;
  any_child(span, [&](const ObservedSpan& child) {  // by start
    const std::int64_t from = std::max(child.start_ns, reached), to = std::min(child.end_ns, span.end_ns);
    if (to > from) covered += to - from, reached = to;
    return false;
  });
  return span.end_ns - span.start_ns - covered;
}

bool JudgedTrace::has_own_error(const ObservedSpan& request) const {
  if (request.answer != Answer::failed) return false;
  std::vector<const ObservedSpan*> below{&request};
  std::size_t visited = 0;
  while (!below.empty() && visited <= spans_.size()) {
    const ObservedSpan& span = *below.back();
    below.pop_back();
    ++visited;
    const bool found = any_child(span, [&](const ObservedSpan& child) {
      if (child.is_call()) return call_failed(child);
      // Another service straight below: its client span was never instrumented.
      if (child.service != request.service) return child.answer == Answer::failed;
      below.push_back(&child);
      return false;
    });
    if (found) return false;
  }
  return true;
}

bool JudgedTrace::is_one_call(const ObservedSpan& span) const {
  if (!span.is_call()) return false;
  const ObservedSpan* parent = parent_of(span);
  if (parent != nullptr && parent->is_call() && parent->pod == span.pod && parent->callee != 0) return false;
  if (span.callee != 0) return true;
  return !any_child(span, [&](const ObservedSpan& child) { return child.is_call() && child.pod == span.pod; });
}

const ObservedSpan* JudgedTrace::answered_by(const ObservedSpan& call) const {
  const ObservedSpan* answer = nullptr;
  any_child(call, [&](const ObservedSpan& child) {
    const bool later = answer == nullptr || std::tuple(child.end_ns, child.id) > std::tuple(answer->end_ns, answer->id);
    if (child.is_served() && child.service != call.service && later) answer = &child;
    return false;
  });
  return answer;
}

bool JudgedTrace::call_failed(const ObservedSpan& call) const {
  if (call.answer != Answer::failed || !call.error_without_answer) return call.answer == Answer::failed;
  const ObservedSpan* answer = answered_by(call);
  return answer == nullptr || answer->answer != Answer::refused;
}

Names::Number JudgedTrace::endpoint_of(const ObservedSpan& span) const {
  const ObservedSpan* at = &span;
  for (int depth = 0; depth < kDeepest; ++depth) {
    at = parent_of(*at);
    if (at == nullptr || at->service != span.service) return 0;
    if (is_request(*at)) return at->operation;
  }
  return 0;
}

bool JudgedTrace::exception_from_below(const ObservedSpan& span) const {
  return any_child(
      span, [&](const ObservedSpan& child) { return child.pod == span.pod && child.exception == span.exception; });
}

bool JudgedTrace::is_complete() const {
  bool root = false;
  for (const ObservedSpan& span : spans_) {
    if (span.parent == 0)
      root = true;
    else if (parent_of(span) == nullptr)
      return false;
  }
  return root;
}

}  // namespace nightjar
