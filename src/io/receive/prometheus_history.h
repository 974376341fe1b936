// io/receive/prometheus_history.h
// Asks a Prometheus, or what speaks like one, for its past: POST /api/v1/query_range and its like. Blocks; one thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "base/time.h"
#include "wire/prometheus/query_answer.h"

namespace nightjar {

struct HistorySource {
  std::string url;                // up to and without /api/v1
  std::string bearer_token_file;  // "" none
  Duration timeout = minutes(2);
};

class PrometheusHistory {
 public:
  explicit PrometheusHistory(HistorySource source) : source_(std::move(source)) {}

  // Points at start, start + step, … up to and with end; more than 11,000 of a series the server refuses.
  absl::StatusOr<std::vector<QuerySeries>> range(const std::string& query, Timestamp start, Timestamp end,
                                                 Duration step) const;
  // How many series a selector has within the time.
  absl::StatusOr<std::size_t> count(const std::string& selector, Timestamp start, Timestamp end) const;
  // Types by family; empty when the server has no such thing.
  std::map<std::string, std::string> types() const;

 private:
  // Tries again, three times, what could not be reached or answered 503.
  absl::StatusOr<std::string> ask(std::string_view method, const std::string& path, const std::string& form) const;

  const HistorySource source_;
};

}  // namespace nightjar
