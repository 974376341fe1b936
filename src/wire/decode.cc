#include "wire/decode.h"

#include "base/check.h"
#include "wire/forced_labels.h"
#include "wire/logs/line_batch.h"
#include "wire/loki/loki.h"
#include "wire/otlp/otlp.h"
#include "wire/prometheus/exposition.h"
#include "wire/prometheus/remote_write.h"

namespace nightjar {

absl::StatusOr<Verdict> judge(Encoding encoding, std::string_view body, const Limits& limits, Timestamp wall_now,
                              Timestamp* newest) {
  switch (encoding) {
    case Encoding::otlp_traces_protobuf:
    case Encoding::otlp_metrics_protobuf:
    case Encoding::otlp_logs_protobuf:
    case Encoding::otlp_traces_json:
    case Encoding::otlp_metrics_json:
    case Encoding::otlp_logs_json:
      return judge_otlp(encoding, body, limits, wall_now, newest);
    case Encoding::remote_write_1:
      return judge_remote_write(RemoteWriteVersion::one, body, limits, wall_now, newest);
    case Encoding::remote_write_2:
      return judge_remote_write(RemoteWriteVersion::two, body, limits, wall_now, newest);
    case Encoding::exposition_text:
    case Encoding::openmetrics_text:
      return judge_exposition(encoding, body, limits, wall_now);
    case Encoding::loki_protobuf:
    case Encoding::loki_json:
      return judge_loki(encoding, body, limits, wall_now);
    case Encoding::log_lines:
      return judge_log_lines(body, limits, wall_now);
  }
  CHECK(false && "unknown encoding");
  return Verdict{};
}

namespace {

absl::StatusOr<std::vector<Signals>> decode_as_sent(Encoding encoding, std::string_view body, const Verdict& verdict,
                                                    const Attributes& labels, SeriesCatalogue& catalogue) {
  switch (encoding) {
    case Encoding::otlp_traces_protobuf:
    case Encoding::otlp_metrics_protobuf:
    case Encoding::otlp_logs_protobuf:
    case Encoding::otlp_traces_json:
    case Encoding::otlp_metrics_json:
    case Encoding::otlp_logs_json:
      return decode_otlp(encoding, body, verdict, catalogue);
    case Encoding::remote_write_1:
      return decode_remote_write(RemoteWriteVersion::one, body, verdict, catalogue);
    case Encoding::remote_write_2:
      return decode_remote_write(RemoteWriteVersion::two, body, verdict, catalogue);
    case Encoding::exposition_text:
    case Encoding::openmetrics_text:
      return decode_exposition(encoding, body, verdict, labels, catalogue);
    case Encoding::loki_protobuf:
    case Encoding::loki_json:
      return decode_loki(encoding, body, verdict, labels);
    case Encoding::log_lines:
      return decode_log_lines(body, verdict, labels);
  }
  CHECK(false && "unknown encoding");
  return std::vector<Signals>{};
}

}  // namespace

absl::StatusOr<std::vector<Signals>> decode(Encoding encoding, std::string_view body, const Verdict& verdict,
                                            const Attributes& labels, SeriesCatalogue& catalogue) {
  catalogue.begin_body();
  absl::StatusOr<std::vector<Signals>> signals = decode_as_sent(encoding, body, verdict, labels, catalogue);
  // A scraped target's labels are part of its series, and its decoder knows how Prometheus joins them.
  const bool scraped = encoding == Encoding::exposition_text || encoding == Encoding::openmetrics_text;
  if (!labels.empty() && !scraped && signals.ok()) force_labels(encoding, labels, *signals, catalogue);
  return signals;
}

absl::StatusOr<std::vector<Signals>> decode(Encoding encoding, std::string_view body, const Verdict& verdict,
                                            const Attributes& labels) {
  SeriesCatalogue catalogue;
  absl::StatusOr<std::vector<Signals>> all = decode(encoding, body, verdict, labels, catalogue);
  if (all.ok() && !all->empty()) all->front().series = catalogue.all();
  return all;
}

}  // namespace nightjar
