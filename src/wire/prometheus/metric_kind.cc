#include "wire/prometheus/metric_kind.h"

namespace nightjar::prometheus {
namespace {

constexpr std::string_view kCounting[] = {"_total", "_bucket", "_sum", "_count"};

bool counts_by_name(std::string_view metric_name) {
  for (std::string_view ending : kCounting) {
    if (metric_name.ends_with(ending)) return true;
  }
  return false;
}

}  // namespace

MetricKind metric_kind(std::string_view metric_name, std::optional<MetricType> type) {
  if (metric_name.ends_with("_created")) return MetricKind::gauge;  // OpenMetrics: a time, beside any kind of family
  if (type) {
    switch (*type) {
      case MetricType::counter:
        return MetricKind::counter;
      case MetricType::gauge:
      case MetricType::gauge_histogram:
      case MetricType::info:
      case MetricType::state_set:
        return MetricKind::gauge;
      case MetricType::histogram:
      case MetricType::summary:  // quantiles have the family's own name
      case MetricType::unknown:
        break;
    }
  }
  return counts_by_name(metric_name) ? MetricKind::counter : MetricKind::gauge;
}

std::string_view family_of(std::string_view metric_name) {
  for (std::string_view ending : kCounting) {
    if (metric_name.ends_with(ending)) return metric_name.substr(0, metric_name.size() - ending.size());
  }
  return metric_name;
}

}  // namespace nightjar::prometheus
