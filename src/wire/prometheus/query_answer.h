// wire/prometheus/query_answer.h
// What Prometheus' HTTP API answers, and the page that its samples make: reading the past of a Prometheus, or of what
// speaks like one (Thanos, Mimir, VictoriaMetrics). Pure; any thread.
// Source: Prometheus HTTP API v1.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "base/time.h"
#include "model/signals.h"

namespace nightjar {

inline constexpr std::size_t kQueryAnswerBytes = 128u << 20;

struct QuerySample {
  Timestamp at;  // to the millisecond
  double value = 0;
};
struct QuerySeries {
  Attributes labels;  // sorted, with __name__
  std::vector<QuerySample> samples;
};

// Of /api/v1/query_range. INVALID_ARGUMENT: an error, in the server's own words, or no matrix. Series in order of their
// labels, whatever order they came in.
absl::StatusOr<std::vector<QuerySeries>> parse_matrix(std::string_view answer);
// Of /api/v1/series: how many.
absl::StatusOr<std::size_t> count_series(std::string_view answer);
// Of /api/v1/metadata: "counter", "histogram" … by family. What comes with two types is left out.
absl::StatusOr<std::map<std::string, std::string>> parse_types(std::string_view answer);

// The samples of one moment, as a page in the text format with their own timestamps. `types`: what TYPE lines say; with
// none, series are what they are in remote write, whose types come elsewhere. Series without a sample then are left
// out.
std::string moment_as_page(const std::vector<QuerySeries>& series, Timestamp at,
                           const std::map<std::string, std::string>& types);

}  // namespace nightjar
