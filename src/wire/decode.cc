#include "wire/decode.h"

#include "base/check.h"
#include "wire/logs/line_batch.h"
#include "wire/loki/loki.h"
#include "wire/otlp/otlp.h"
#include "wire/prometheus/remote_write.h"

namespace nightjar {

absl::StatusOr<Verdict> judge(Encoding encoding, std::string_view body, const Limits& limits, Timestamp wall_now) {
  switch (encoding) {
    case Encoding::otlp_traces_protobuf:
    case Encoding::otlp_metrics_protobuf:
    case Encoding::otlp_logs_protobuf:
    case Encoding::otlp_traces_json:
    case Encoding::otlp_metrics_json:
    case Encoding::otlp_logs_json:
      return judge_otlp(encoding, body, limits, wall_now);
    case Encoding::remote_write_1:
      return judge_remote_write(RemoteWriteVersion::one, body, limits, wall_now);
    case Encoding::remote_write_2:
      return judge_remote_write(RemoteWriteVersion::two, body, limits, wall_now);
    case Encoding::loki_protobuf:
    case Encoding::loki_json:
      return judge_loki(encoding, body, limits, wall_now);
    case Encoding::log_lines:
      return judge_log_lines(body, limits, wall_now);
    case Encoding::exposition_text:
    case Encoding::openmetrics_text:
      break;
  }
  CHECK(false && "unknown encoding");
  return Verdict{};
}

absl::StatusOr<std::vector<Signals>> decode(Encoding encoding, std::string_view body, const Verdict& verdict,
                                            const Attributes& labels) {
  switch (encoding) {
    case Encoding::otlp_traces_protobuf:
    case Encoding::otlp_metrics_protobuf:
    case Encoding::otlp_logs_protobuf:
    case Encoding::otlp_traces_json:
    case Encoding::otlp_metrics_json:
    case Encoding::otlp_logs_json:
      return decode_otlp(encoding, body, verdict);
    case Encoding::remote_write_1:
      return decode_remote_write(RemoteWriteVersion::one, body, verdict);
    case Encoding::remote_write_2:
      return decode_remote_write(RemoteWriteVersion::two, body, verdict);
    case Encoding::loki_protobuf:
    case Encoding::loki_json:
      return decode_loki(encoding, body, verdict, labels);
    case Encoding::log_lines:
      return decode_log_lines(body, verdict, labels);
    case Encoding::exposition_text:
    case Encoding::openmetrics_text:
      break;
  }
  CHECK(false && "unknown encoding");
  return std::vector<Signals>{};
}

}  // namespace nightjar
