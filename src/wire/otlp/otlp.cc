#include "wire/otlp/otlp.h"

#include <protozero/exception.hpp>

#include "base/check.h"
#include "base/text.h"
#include "wire/otlp/decoders.h"
#include "wire/otlp/json.h"
#include "wire/otlp/judge.h"
#include "wire/otlp/schema.h"

namespace nightjar {
namespace {

bool is_json(Encoding encoding) {
  return encoding == Encoding::otlp_traces_json || encoding == Encoding::otlp_metrics_json ||
         encoding == Encoding::otlp_logs_json;
}

std::vector<Signals> decode_request(otlp::MessageKind request, std::string_view body, const Verdict& verdict,
                                    SeriesCatalogue& catalogue) {
  switch (request) {
    case otlp::MessageKind::traces_request:
      return otlp::decode_traces(body, verdict);
    case otlp::MessageKind::metrics_request:
      return otlp::decode_metrics(body, verdict, catalogue);
    case otlp::MessageKind::logs_request:
      return otlp::decode_logs(body, verdict);
    default:
      break;
  }
  CHECK(false && "not a request");
  return {};
}

}  // namespace

absl::StatusOr<Verdict> judge_otlp(Encoding encoding, std::string_view body, const Limits& limits, Timestamp wall_now,
                                   Timestamp* newest) {
  if (body.size() > limits.otlp_bytes) {
    return too_large("request has {} bytes, more than {}; send smaller batches", body.size(), limits.otlp_bytes);
  }
  const otlp::MessageKind request = otlp::request_kind(encoding);
  if (!is_json(encoding)) return otlp::judge_protobuf(request, body, limits, wall_now, newest);
  const absl::StatusOr<std::string> protobuf = otlp::json_to_protobuf(request, body);
  if (!protobuf.ok()) return protobuf.status();
  return otlp::judge_protobuf(request, *protobuf, limits, wall_now, newest);
}

absl::StatusOr<std::vector<Signals>> decode_otlp(Encoding encoding, std::string_view body, const Verdict& verdict,
                                                 SeriesCatalogue& catalogue) {
  const otlp::MessageKind request = otlp::request_kind(encoding);
  absl::StatusOr<std::string> rewritten;
  if (is_json(encoding)) {
    rewritten = otlp::json_to_protobuf(request, body);
    if (!rewritten.ok()) return rewritten.status();
    body = *rewritten;
  }
  try {
    return decode_request(request, body, verdict, catalogue);
  } catch (const protozero::exception& e) {
    return invalid_argument("{} cannot be read as protobuf: {}; its verdict is another body's", word(request),
                            e.what());
  }
}

}  // namespace nightjar
