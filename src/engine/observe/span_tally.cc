#include "engine/observe/span_tally.h"

#include "engine/observe/log_line.h"
#include "engine/observe/statement.h"

namespace nightjar {
namespace {

constexpr int kErrorSeverity = 17;  // OpenTelemetry's ERROR

void add_one_call(DependencyCounts& counts, bool failed, std::int64_t duration_ns) {
  ++counts.calls;
  counts.errors += failed;
  counts.duration_ns += duration_ns;
  counts.durations.observe(duration_ns);
}

ServiceName service_of(std::string_view text) { return {std::string(text)}; }
InstanceName instance_of(std::string_view text) { return {std::string(text)}; }

}  // namespace

void SpanTally::add_request(const ObservedSpan& span, bool own_error, std::int64_t self_time_ns) {
  RequestCounts& counts = requests_[{span.pod, span.operation}];
  const std::int64_t duration_ns = span.end_ns - span.start_ns;
  ++counts.requests;
  counts.errors += span.answer == Answer::failed;
  counts.own_errors += own_error;
  counts.duration_ns += duration_ns;
  counts.self_time_ns += self_time_ns;
  counts.durations.observe(duration_ns);
  counts.self_times.observe(self_time_ns);
  counts.routed = counts.routed || span.routed;
}

void SpanTally::add_call(Number caller, Number callee, DependencyKind kind, bool failed, std::int64_t duration_ns) {
  add_one_call(calls_[{caller, callee, kind}], failed, duration_ns);
}

void SpanTally::add_answer(Number caller, Number address, Number callee) { ++answers_[{caller, address, callee}]; }

void SpanTally::add_unanswered(const ObservedSpan& call, bool failed) {
  add_one_call(unanswered_[{call.service, call.address, call.external, call.call}], failed,
               call.end_ns - call.start_ns);
}

void SpanTally::add_statement(const ObservedSpan& call, Number endpoint, bool failed) {
  StatementSums& sums = statements_[{call.pod, endpoint, call.callee, call.statement, call.table}];
  const std::int64_t duration_ns = call.end_ns - call.start_ns;
  ++sums.calls;
  sums.errors += failed;
  sums.duration_ns += duration_ns;
  sums.longest_ns = std::max(sums.longest_ns, duration_ns);
}

void SpanTally::add_exception(const ObservedSpan& span, const Names& names) {
  ExceptionSums& sums = exceptions_[{span.pod, span.exception}];
  if (sums.spans == 0 || names.text(span.example) < names.text(sums.example)) sums.example = span.example;
  ++sums.spans;
}

void SpanTally::write(const Names& names, WindowRollups& out) const {
  for (const auto& [key, counts] : requests_) {
    const Pod pod = pod_of(names.text(key.first));
    out.requests.push_back(
        {{service_of(pod.service), names.text(key.second), std::string(pod.version), instance_of(pod.instance)},
         counts});
  }
  for (const auto& [key, counts] : calls_) {
    const auto& [caller, callee, kind] = key;
    out.dependencies.push_back({{service_of(names.text(caller)), service_of(names.text(callee)), kind}, counts});
  }
  for (const auto& [key, calls] : answers_) {
    const auto& [caller, address, callee] = key;
    out.answers.push_back(
        {{service_of(names.text(caller)), names.text(address), service_of(names.text(callee))}, calls});
  }
  for (const auto& [key, counts] : unanswered_) {
    const auto& [caller, address, external, kind] = key;
    out.unanswered.push_back(
        {{service_of(names.text(caller)), names.text(address), service_of(names.text(external)), kind}, counts});
  }
  for (const auto& [key, sums] : statements_) {
    const auto& [pod_number, endpoint, database, text, table] = key;
    const Pod pod = pod_of(names.text(pod_number));
    out.statements.push_back(
        {{service_of(pod.service), std::string(pod.version), names.text(endpoint), service_of(names.text(database)),
          statement_id(names.text(text))},
         {sums.calls, sums.errors, sums.duration_ns, sums.longest_ns, names.text(text), names.text(table)}});
  }
  for (const auto& [key, sums] : exceptions_) {
    const Pod pod = pod_of(names.text(key.first));
    const std::string& text = names.text(key.second);
    out.patterns.push_back(
        {{service_of(pod.service), std::string(pod.version), instance_of(pod.instance), pattern_id(pod.service, text)},
         {sums.spans, kErrorSeverity, text, names.text(sums.example)}});
  }
}

void SpanTally::mark(std::vector<bool>& used) const {
  const auto mark_all = [&](auto... numbers) { (void(used[numbers] = true), ...); };
  for (const auto& [key, _] : requests_) mark_all(key.first, key.second);
  for (const auto& [key, _] : calls_) mark_all(std::get<0>(key), std::get<1>(key));
  for (const auto& [key, _] : answers_) mark_all(std::get<0>(key), std::get<1>(key), std::get<2>(key));
  for (const auto& [key, _] : unanswered_) mark_all(std::get<0>(key), std::get<1>(key), std::get<2>(key));
  for (const auto& [key, _] : statements_)
    mark_all(std::get<0>(key), std::get<1>(key), std::get<2>(key), std::get<3>(key), std::get<4>(key));
  for (const auto& [key, sums] : exceptions_) mark_all(key.first, key.second, sums.example);
}

}  // namespace nightjar
