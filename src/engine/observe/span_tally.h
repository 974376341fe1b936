// engine/observe/span_tally.h
// The sums of one window over judged spans, by number; written out as rollups when the window closes. Integer sums and
// sketches, so that the order spans came in does not show. Lane's thread only.
#pragma once

#include <cstdint>
#include <tuple>

#include <absl/container/flat_hash_map.h>

#include "engine/observe/names.h"
#include "engine/observe/observed_span.h"
#include "model/rollup.h"

namespace nightjar {

class SpanTally {
 public:
  void add_request(const ObservedSpan& span, bool own_error, std::int64_t self_time_ns);
  void add_call(Names::Number caller, Names::Number callee, DependencyKind kind, bool failed, std::int64_t duration_ns);
  void add_answer(Names::Number caller, Names::Number address, Names::Number callee);
  void add_unanswered(const ObservedSpan& call, bool failed);
  // `endpoint`: operation of the request the call was made for; 0 none.
  void add_statement(const ObservedSpan& call, Names::Number endpoint, bool failed);
  void add_exception(const ObservedSpan& span, const Names& names);

  // Appends to `out`, in no order: fold() sorts.
  void write(const Names& names, WindowRollups& out) const;
  // Marks every number in use, for Names::sweep.
  void mark(std::vector<bool>& used) const;

  template <class Archive>
  void carry(Archive& archive) {
    archive(requests_, calls_, answers_, unanswered_, statements_, exceptions_);
  }

 private:
  using Number = Names::Number;
  using CallKey = std::tuple<Number, Number, DependencyKind>;                    // caller, callee, kind
  using UnansweredSpanKey = std::tuple<Number, Number, Number, DependencyKind>;  // caller, address, external, kind
  using StatementSpanKey = std::tuple<Number, Number, Number, Number, Number>;   // pod, endpoint, database, text, table

  absl::flat_hash_map<std::pair<Number, Number>, RequestCounts> requests_;  // pod, operation
  absl::flat_hash_map<CallKey, DependencyCounts> calls_;
  absl::flat_hash_map<std::tuple<Number, Number, Number>, std::uint64_t> answers_;
  absl::flat_hash_map<UnansweredSpanKey, DependencyCounts> unanswered_;
  struct StatementSums {
    std::uint64_t calls = 0, errors = 0;
    std::int64_t duration_ns = 0, longest_ns = 0;
  };
  absl::flat_hash_map<StatementSpanKey, StatementSums> statements_;
  struct ExceptionSums {
    std::uint64_t spans = 0;
    Number example = 0;  // the smallest in byte order
  };
  absl::flat_hash_map<std::pair<Number, Number>, ExceptionSums> exceptions_;  // pod, pattern text
};

}  // namespace nightjar
