#include "store/rollups/rollup_values.h"

#include "store/bytes/bytes.h"

namespace nightjar {
namespace {

constexpr std::uint8_t kVersion = 1;

// Each noun lists its fields once; Writing and Reading walk the same list.
struct Writing {
  ByteWriter bytes;
  void operator()(std::uint64_t v) { bytes.varint(v); }
  void operator()(std::uint32_t v) { bytes.varint(v); }
  void operator()(std::int64_t v) { bytes.zigzag(v); }
  void operator()(int v) { bytes.zigzag(v); }
  void operator()(bool v) { bytes.fixed8(v); }
  void operator()(double v) { bytes.real(v); }
  void operator()(const std::string& v) { bytes.text(v); }
  void operator()(const DurationSketch& v) { bytes.sketch(v); }
  void operator()(Timestamp v) { bytes.zigzag(v.ns); }
  template <class Tag>
  void operator()(Id<Tag> v) {
    bytes.little_endian64(v.value);
  }
  template <class Tag>
  void operator()(const Name<Tag>& v) {
    bytes.text(v.value);
  }
  template <class E>
    requires std::is_enum_v<E>
  void operator()(E v) {
    bytes.fixed8(static_cast<std::uint8_t>(v));
  }
};
struct Reading {
  ByteReader bytes;
  void operator()(std::uint64_t& v) { v = bytes.varint(); }
  void operator()(std::uint32_t& v) { v = static_cast<std::uint32_t>(bytes.varint()); }
  void operator()(std::int64_t& v) { v = bytes.zigzag(); }
  void operator()(int& v) { v = static_cast<int>(bytes.zigzag()); }
  void operator()(bool& v) { v = bytes.fixed8() != 0; }
  void operator()(double& v) { v = bytes.real(); }
  void operator()(std::string& v) { v = bytes.text(); }
  void operator()(DurationSketch& v) { v = bytes.sketch(); }
  void operator()(Timestamp& v) { v.ns = bytes.zigzag(); }
  template <class Tag>
  void operator()(Id<Tag>& v) {
    v.value = bytes.little_endian64();
  }
  template <class Tag>
  void operator()(Name<Tag>& v) {
    v.value = bytes.text();
  }
  template <class E>
    requires std::is_enum_v<E>
  void operator()(E& v) {
    v = static_cast<E>(bytes.fixed8());
  }
};

template <class Walk, class Noun>
using Const = std::conditional_t<std::is_same_v<Walk, Writing>, const Noun, Noun>;

template <class Walk>
void walk_fields(Walk& f, Const<Walk, RequestCounts>& v) {
  f(v.requests), f(v.errors), f(v.own_errors), f(v.duration_ns), f(v.self_time_ns), f(v.durations), f(v.self_times);
}
template <class Walk>
void walk_fields(Walk& f, Const<Walk, RequestRollup>& v) {
  f(v.key.operation), f(v.key.version), f(v.key.instance), walk_fields(f, v.counts);
}
template <class Walk>
void walk_fields(Walk& f, Const<Walk, DependencyRollup>& v) {
  f(v.key.callee), f(v.key.kind), f(v.counts.calls), f(v.counts.errors), f(v.counts.duration_ns), f(v.counts.durations);
}
template <class Walk>
void walk_fields(Walk& f, Const<Walk, StatementRollup>& v) {
  f(v.key.version), f(v.key.endpoint), f(v.key.database), f(v.key.statement), f(v.counts.calls), f(v.counts.errors),
      f(v.counts.duration_ns), f(v.counts.longest_ns);
}
template <class Walk>
void walk_fields(Walk& f, Const<Walk, PatternRollup>& v) {
  f(v.key.version), f(v.key.instance), f(v.key.pattern), f(v.counts.lines), f(v.counts.severity);
}
template <class Walk>
void walk_fields(Walk& f, Const<Walk, Expectation>& v) {
  f(v.centre), f(v.low), f(v.high), f(v.points);
}
template <class Walk>
void walk_fields(Walk& f, Const<Walk, SeriesKey>& v) {  // without the service
  f(v.operation), f(v.instance), f(v.measure), f(v.name);
}
template <class Walk>
void walk_fields(Walk& f, Const<Walk, ExpectedValue>& v) {
  walk_fields(f, v.series), f(v.value), walk_fields(f, v.expected);
}
template <class Walk>
void walk_fields(Walk& f, Const<Walk, Anomaly>& v) {
  walk_fields(f, v.series), f(v.kind), f(v.grade), f(v.window.start), f(v.window.end), f(v.onset), f(v.value);
  walk_fields(f, v.expected), f(v.score), f(v.false_alarms_per_month), f(v.open), f(v.text);
}
template <class Walk>
void walk_fields(Walk& f, Const<Walk, FirstSeen>& v) {
  f(v.at), f(v.version), f(v.text), f(v.detail);
}
template <class Walk>
void walk_fields(Walk& f, Const<Walk, Forecast>& v) {
  f(v.series.service), walk_fields(f, v.series), f(v.kind), f(v.made_at), f(v.eta), f(v.eta_low), f(v.eta_high);
  f(v.value), f(v.limit), f(v.text);
}
template <class Walk>
void walk_fields(Walk& f, Const<Walk, SloStatus>& v) {
  f(v.name), f(v.service), f(v.objective), f(v.budget_left), f(v.burn_1h), f(v.state);
}
void walk_fields(Writing& f, const DataQuality& v) {
  f(v.service), f(v.score), f(std::uint64_t{v.findings.size()});
  for (const std::string& finding : v.findings) f(finding);
}
void walk_fields(Reading& f, DataQuality& v) {
  f(v.service), f(v.score);
  v.findings.resize(f.bytes.list_length());
  for (std::string& finding : v.findings) f(finding);
}

template <class Noun>
std::string written(const Noun& noun) {
  Writing walk;
  walk.bytes.fixed8(kVersion);
  walk_fields(walk, noun);
  return walk.bytes.take();
}
template <class Noun>
bool read_whole(std::string_view bytes, Noun& noun) {
  Reading walk{ByteReader(bytes)};
  if (walk.bytes.fixed8() != kVersion) return false;
  walk_fields(walk, noun);
  return walk.bytes.whole();
}
template <class Noun>
std::string list_written(std::span<const Noun> list) {
  Writing walk;
  walk.bytes.fixed8(kVersion);
  walk.bytes.varint(list.size());
  for (const Noun& noun : list) walk_fields(walk, noun);
  return walk.bytes.take();
}
template <class Noun>
bool list_read(std::string_view bytes, std::vector<Noun>& list) {
  Reading walk{ByteReader(bytes)};
  if (walk.bytes.fixed8() != kVersion) return false;
  const std::size_t length = walk.bytes.list_length();
  for (std::size_t i = 0; i < length && walk.bytes.good(); ++i) walk_fields(walk, list.emplace_back());
  return walk.bytes.whole();
}
// The service of the entries that were just appended.
template <class Noun, class Set>
bool with_service(bool read, std::vector<Noun>& list, std::size_t from, Set set) {
  for (std::size_t i = from; i < list.size(); ++i) set(list[i]);
  return read;
}

}  // namespace

std::string encode_counts(const RequestCounts& counts) { return written(counts); }
bool decode_counts(std::string_view bytes, RequestCounts& counts) { return read_whole(bytes, counts); }

std::string encode_list(std::span<const RequestRollup> list) { return list_written(list); }
std::string encode_list(std::span<const DependencyRollup> list) { return list_written(list); }
std::string encode_list(std::span<const StatementRollup> list) { return list_written(list); }
std::string encode_list(std::span<const PatternRollup> list) { return list_written(list); }
std::string encode_list(std::span<const ExpectedValue> list) { return list_written(list); }
std::string encode_list(std::span<const Anomaly> list) { return list_written(list); }

bool decode_list(std::string_view bytes, const ServiceName& service, std::vector<RequestRollup>& list) {
  const std::size_t from = list.size();
  return with_service(list_read(bytes, list), list, from, [&](auto& one) { one.key.service = service; });
}
bool decode_list(std::string_view bytes, const ServiceName& service, std::vector<DependencyRollup>& list) {
  const std::size_t from = list.size();
  return with_service(list_read(bytes, list), list, from, [&](auto& one) { one.key.caller = service; });
}
bool decode_list(std::string_view bytes, const ServiceName& service, std::vector<StatementRollup>& list) {
  const std::size_t from = list.size();
  return with_service(list_read(bytes, list), list, from, [&](auto& one) { one.key.service = service; });
}
bool decode_list(std::string_view bytes, const ServiceName& service, std::vector<PatternRollup>& list) {
  const std::size_t from = list.size();
  return with_service(list_read(bytes, list), list, from, [&](auto& one) { one.key.service = service; });
}
bool decode_list(std::string_view bytes, const ServiceName& service, std::vector<ExpectedValue>& list) {
  const std::size_t from = list.size();
  return with_service(list_read(bytes, list), list, from, [&](auto& one) { one.series.service = service; });
}
bool decode_list(std::string_view bytes, const ServiceName& service, std::vector<Anomaly>& list) {
  const std::size_t from = list.size();
  return with_service(list_read(bytes, list), list, from, [&](auto& one) { one.series.service = service; });
}

std::string encode(const FirstSeen& seen) { return written(seen); }
bool decode(std::string_view bytes, FirstSeen& seen) { return read_whole(bytes, seen); }
std::string encode(const Forecast& forecast) { return written(forecast); }
bool decode(std::string_view bytes, Forecast& forecast) { return read_whole(bytes, forecast); }
std::string encode(const SloStatus& status) { return written(status); }
bool decode(std::string_view bytes, SloStatus& status) { return read_whole(bytes, status); }
std::string encode(const DataQuality& quality) { return written(quality); }
bool decode(std::string_view bytes, DataQuality& quality) { return read_whole(bytes, quality); }

}  // namespace nightjar
