#include "wire/otlp/response.h"

#include <nlohmann/json.hpp>
#include <protozero/pbf_writer.hpp>

#include "base/check.h"
#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::size_t kMessageBytes = 1024;

std::string_view rejected_key(Encoding encoding) {
  switch (encoding) {
    case Encoding::otlp_traces_protobuf:
    case Encoding::otlp_traces_json:
      return "rejectedSpans";
    case Encoding::otlp_metrics_protobuf:
    case Encoding::otlp_metrics_json:
      return "rejectedDataPoints";
    case Encoding::otlp_logs_protobuf:
    case Encoding::otlp_logs_json:
      return "rejectedLogRecords";
    case Encoding::remote_write_1:
    case Encoding::remote_write_2:
    case Encoding::loki_protobuf:
    case Encoding::loki_json:
    case Encoding::log_lines:
    case Encoding::exposition_text:
    case Encoding::openmetrics_text:
      break;
  }
  CHECK(false && "not an OTLP encoding");
  return "";
}

// Messages may quote what was sent; whatever that was, the reply is valid.
std::string dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

BodyFormat body_format(Encoding encoding) {
  switch (encoding) {
    case Encoding::otlp_traces_json:
    case Encoding::otlp_metrics_json:
    case Encoding::otlp_logs_json:
    case Encoding::loki_json:
      return BodyFormat::json;
    case Encoding::otlp_traces_protobuf:
    case Encoding::otlp_metrics_protobuf:
    case Encoding::otlp_logs_protobuf:
    case Encoding::remote_write_1:
    case Encoding::remote_write_2:
    case Encoding::loki_protobuf:
    case Encoding::log_lines:
    case Encoding::exposition_text:
    case Encoding::openmetrics_text:
      return BodyFormat::protobuf;
  }
  return BodyFormat::protobuf;
}

std::string encode_export_response(Encoding encoding, const Verdict& verdict) {
  const std::string_view key = rejected_key(encoding);
  const bool json = body_format(encoding) == BodyFormat::json;
  if (verdict.rejected.empty()) return json ? "{}" : "";
  const std::string message = cut(verdict.first_reason, kMessageBytes);
  if (json) {
    nlohmann::json partial;
    partial[std::string(key)] = std::to_string(verdict.rejected.size());  // int64: a string in protobuf's JSON
    partial["errorMessage"] = message;
    return dump({{"partialSuccess", std::move(partial)}});
  }
  std::string partial;
  protozero::pbf_writer inner(partial);
  inner.add_int64(1, static_cast<std::int64_t>(verdict.rejected.size()));
  inner.add_string(2, message);
  std::string out;
  protozero::pbf_writer(out).add_message(1, partial);
  return out;
}

std::string encode_rpc_status(BodyFormat format, absl::StatusCode code, std::string_view message) {
  const std::string text = cut(message, kMessageBytes);
  if (format == BodyFormat::json) return dump({{"code", static_cast<int>(code)}, {"message", text}});
  std::string out;
  protozero::pbf_writer writer(out);
  writer.add_int32(1, static_cast<std::int32_t>(code));
  writer.add_string(2, text);
  return out;
}

}  // namespace nightjar
