// tests/unit/observe/story.h
// Short words to write traces, lines and points by hand, and a seeded generator (PCG32, M. O'Neill) for traffic.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "engine/observe/merge.h"
#include "engine/observe/observer.h"

namespace nightjar::story {

inline constexpr Timestamp kBegin{1'800'000'000'000'000'000};  // a multiple of the window

inline Timestamp at_ms(std::int64_t ms) { return kBegin + milliseconds(ms); }

inline Resource resource(std::string service, std::string version = "1", std::string instance = "a") {
  Resource r;
  r.service.value = std::move(service);
  r.version = std::move(version);
  r.instance.value = std::move(instance);
  return r;
}

inline TraceIdBytes trace_id(std::uint64_t n) {
  TraceIdBytes id{};
  std::memcpy(id.data(), &n, sizeof n);
  id[15] = 1;
  return id;
}
inline SpanIdBytes span_id(std::uint64_t n) {
  SpanIdBytes id{};
  std::memcpy(id.data(), &n, sizeof n);
  return id;
}

inline Span span(std::uint64_t trace, std::uint64_t id, std::uint64_t parent, SpanKind kind, std::int64_t start_ms,
                 std::int64_t end_ms, std::string name = "work", Attributes attributes = {}, bool failed = false) {
  Span s;
  s.trace_id = trace_id(trace);
  s.span_id = span_id(id);
  s.parent_span_id = span_id(parent);
  s.kind = kind;
  s.start = at_ms(start_ms);
  s.end = at_ms(end_ms);
  s.name = std::move(name);
  s.attributes = std::move(attributes);
  std::sort(s.attributes.begin(), s.attributes.end());
  s.failed = failed;
  return s;
}

inline Signals spans(Resource r, std::vector<Span> list) {
  Signals signals;
  signals.resource = std::move(r);
  signals.spans = std::move(list);
  return signals;
}

// A point of a series that lives as long as the test.
inline MetricPoint metric_point(const Resource& owner, std::string_view name, MetricKind kind, double value,
                                Timestamp time, Temporality temporality = Temporality::cumulative,
                                const Attributes& labels = {}) {
  static std::vector<SeriesPtr> kept;
  kept.push_back(make_series({owner.service.value, owner.instance.value, name, "", kind, temporality}, labels));
  MetricPoint p;
  p.series = kept.back().get();
  p.id = p.series->id;
  p.value = value;
  p.time = time;
  return p;
}

inline Signals lines(Resource r, const std::vector<std::string>& bodies, std::int64_t ms = 0, int severity = 9) {
  Signals signals;
  signals.resource = std::move(r);
  for (const std::string& body : bodies) {
    LogRecord record;
    record.time = at_ms(ms);
    record.severity = severity;
    record.body = body;
    signals.logs.push_back(record);
  }
  return signals;
}

// Everything up to `ms` closed and merged as the engine does it.
inline std::vector<WindowRollups> close(Observer& observer, std::int64_t ms, AddressBook& book) {
  const std::vector<std::vector<WindowRollups>> lanes{observer.close_windows(at_ms(ms))};
  return merge_lanes(lanes, book);
}
inline std::vector<WindowRollups> close(Observer& observer, std::int64_t ms) {
  AddressBook book;
  return close(observer, ms, book);
}

class Pcg32 {
 public:
  explicit Pcg32(std::uint64_t seed) : state_(seed * 2 + 1) { (*this)(); }
  std::uint32_t operator()() {
    const std::uint64_t old = state_;
    state_ = old * 6364136223846793005ull + 1442695040888963407ull;
    const auto shifted = static_cast<std::uint32_t>(((old >> 18u) ^ old) >> 27u);
    const auto turn = static_cast<std::uint32_t>(old >> 59u);
    return (shifted >> turn) | (shifted << ((32 - turn) & 31));
  }
  std::uint32_t below(std::uint32_t n) { return (*this)() % n; }

 private:
  std::uint64_t state_;
};

// All a window says, as text, so that two can be compared and read.
inline std::string print(const WindowRollups& w) {
  std::string out = fmt::format("window {} late {}\n", to_rfc3339(w.window.start), w.late);
  const auto sketch = [](const DurationSketch& s) {
    std::string text;
    for (const auto& [bucket, count] : s.buckets()) text += fmt::format(" {}:{}", bucket, count);
    return text;
  };
  for (const auto& r : w.requests)
    out += fmt::format("request {}|{}|{}|{} n={} e={} own={} ns={} self={} d[{}] s[{}]\n", r.key.service.value,
                       r.key.operation, r.key.version, r.key.instance.value, r.counts.requests, r.counts.errors,
                       r.counts.own_errors, r.counts.duration_ns, r.counts.self_time_ns, sketch(r.counts.durations),
                       sketch(r.counts.self_times));
  for (const auto& d : w.dependencies)
    out += fmt::format("dependency {}->{} kind={} n={} e={} ns={}\n", d.key.caller.value, d.key.callee.value,
                       static_cast<int>(d.key.kind), d.counts.calls, d.counts.errors, d.counts.duration_ns);
  for (const auto& s : w.statements)
    out += fmt::format("statement {}|{}|{}|{} {} '{}' table={} n={} e={} ns={} max={}\n", s.key.service.value,
                       s.key.version, s.key.endpoint, s.key.database.value, to_string(s.key.statement), s.counts.text,
                       s.counts.table, s.counts.calls, s.counts.errors, s.counts.duration_ns, s.counts.longest_ns);
  for (const auto& p : w.patterns)
    out += fmt::format("pattern {}|{}|{} {} n={} sev={} '{}' e.g. '{}'\n", p.key.service.value, p.key.version,
                       p.key.instance.value, to_string(p.key.pattern), p.counts.lines, p.counts.severity, p.counts.text,
                       p.counts.example);
  for (const auto& m : w.metrics)
    out += fmt::format("metric {} {}|{} {} n={} sum={} last={} ended={}\n", to_string(m.key.series),
                       m.counts.service.value, m.counts.instance.value, m.counts.name, m.counts.points, m.counts.sum,
                       m.counts.last, m.counts.ended);
  return out;
}

}  // namespace nightjar::story
