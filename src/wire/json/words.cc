#include "wire/json/words.h"

namespace nightjar {

std::string_view word(Encoding encoding) {
  switch (encoding) {
    case Encoding::otlp_traces_protobuf:
      return "otlp_traces_protobuf";
    case Encoding::otlp_metrics_protobuf:
      return "otlp_metrics_protobuf";
    case Encoding::otlp_logs_protobuf:
      return "otlp_logs_protobuf";
    case Encoding::otlp_traces_json:
      return "otlp_traces_json";
    case Encoding::otlp_metrics_json:
      return "otlp_metrics_json";
    case Encoding::otlp_logs_json:
      return "otlp_logs_json";
    case Encoding::remote_write_1:
      return "remote_write_1";
    case Encoding::remote_write_2:
      return "remote_write_2";
    case Encoding::loki_protobuf:
      return "loki_protobuf";
    case Encoding::loki_json:
      return "loki_json";
    case Encoding::log_lines:
      return "log_lines";
    case Encoding::exposition_text:
      return "exposition_text";
    case Encoding::openmetrics_text:
      return "openmetrics_text";
  }
  return {};
}

std::string_view word(MetricKind kind) {
  switch (kind) {
    case MetricKind::gauge:
      return "gauge";
    case MetricKind::counter:
      return "counter";
    case MetricKind::histogram:
      return "histogram";
    case MetricKind::summary:
      return "summary";
    case MetricKind::unknown:
      return "unknown";
  }
  return {};
}

std::string_view word(ForecastKind kind) {
  switch (kind) {
    case ForecastKind::exhaustion:
      return "exhaustion";
    case ForecastKind::traffic:
      return "traffic";
  }
  return {};
}

std::string_view word(PolicyEffect effect) {
  switch (effect) {
    case PolicyEffect::permit:
      return "permit";
    case PolicyEffect::forbid:
      return "forbid";
  }
  return {};
}

}  // namespace nightjar
