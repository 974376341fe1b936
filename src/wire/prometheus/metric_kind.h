// wire/prometheus/metric_kind.h
// Whether a series counts or measures. Prometheus stores no types with its series: they come as metadata, often in
// another request, or have to be read off the name. Used by the remote write decoder. Pure.
// Source: Prometheus naming conventions; OpenMetrics 1.0, "Metric types".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/signals.h"

namespace nightjar::prometheus {

// Numbers of MetricMetadata.MetricType (version 1) and Metadata.MetricType (version 2): the same.
enum class MetricType : std::uint8_t { unknown, counter, gauge, histogram, gauge_histogram, summary, info, state_set };

// `type` is what metadata says of the family the series belongs to; absent: by the name's ending alone.
MetricKind metric_kind(std::string_view metric_name, std::optional<MetricType> type);

// "http_request_duration_seconds_bucket" -> "http_request_duration_seconds"; names without a known ending as they are.
std::string_view family_of(std::string_view metric_name);

}  // namespace nightjar::prometheus
