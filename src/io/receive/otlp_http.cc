#include "io/receive/otlp_http.h"

#include <optional>

#include "base/text.h"
#include "io/receive/signals_intake.h"
#include "wire/otlp/response.h"

namespace nightjar {
namespace {

struct OtlpPath {
  std::string_view pattern;
  Encoding protobuf, json;
};
constexpr OtlpPath kOtlpPaths[] = {
    {"/v1/traces", Encoding::otlp_traces_protobuf, Encoding::otlp_traces_json},
    {"/v1/metrics", Encoding::otlp_metrics_protobuf, Encoding::otlp_metrics_json},
    {"/v1/logs", Encoding::otlp_logs_protobuf, Encoding::otlp_logs_json},
};

std::optional<BodyFormat> format_of(const HttpRequest& request) {
  const std::string type = request.media_type();
  if (type == "application/x-protobuf") return BodyFormat::protobuf;
  if (type == "application/json") return BodyFormat::json;
  return std::nullopt;
}

std::string_view media_type_of(BodyFormat format) {
  return format == BodyFormat::json ? "application/json" : "application/x-protobuf";
}

HttpAnswer refuse_otlp(const HttpRequest& request, const absl::Status& status) {
  const BodyFormat format = format_of(request).value_or(BodyFormat::protobuf);
  return {http_status_of(status),
          std::string(media_type_of(format)),
          encode_rpc_status(format, status.code(), message_of(status)),
          {}};
}

void take_otlp(Doorway& doorway, const OtlpPath& path, std::shared_ptr<HttpRequest> request, Responder responder) {
  const BodyFormat format = *format_of(*request);  // admit has seen to it
  const Encoding encoding = format == BodyFormat::json ? path.json : path.protobuf;
  auto compression = parse_content_encoding(request->header("content-encoding"));
  if (!compression.ok()) {
    return refuse_at_door(doorway, Door::otlp_http, *request, request->body, compression.status(), responder,
                          refuse_otlp);
  }
  const std::size_t bytes = request->body.size();
  if (*compression != Compression::none && bytes > doorway.limits.compressed_bytes) {
    const auto status =
        too_large("the compressed body is longer than {} bytes; send less at a time", doorway.limits.compressed_bytes);
    return refuse_at_door(doorway, Door::otlp_http, *request, request->body, status, responder, refuse_otlp);
  }
  SignalsBody body{encoding,
                   *compression,
                   std::move(request->body),
                   *principal_of(doorway, request->bearer_token()),
                   doorway.limits.otlp_bytes,
                   std::move(request->hold)};
  take_signals(doorway, std::move(body),
               [&doorway, request, responder, encoding, format, bytes](SignalsOutcome outcome) {
                 if (!outcome.status.ok()) {
                   return refuse_at_door(doorway, Door::otlp_http, *request, outcome.beginning, outcome.status,
                                         responder, refuse_otlp);
                 }
                 note_taken(doorway, Door::otlp_http, *request, outcome.verdict.accepted,
                            outcome.verdict.rejected.size(), bytes, outcome.newest, outcome.verdict.first_reason);
                 responder.answer(
                     {200, std::string(media_type_of(format)), encode_export_response(encoding, outcome.verdict), {}});
               });
}

}  // namespace

void add_otlp_http_routes(Router& router, Doorway& doorway) {
  for (const OtlpPath& path : kOtlpPaths) {
    // As sent a body may be as long as it may be inflated; compressed ones have a limit of their own below it.
    Route route = door_route(
        doorway, Door::otlp_http, "POST", std::string(path.pattern), doorway.limits.otlp_bytes,
        [&doorway, &path](std::shared_ptr<HttpRequest> request, Responder responder) {
          take_otlp(doorway, path, std::move(request), std::move(responder));
        },
        refuse_otlp);
    route.admit = [&doorway, kind = sent_kind(path.protobuf),
                   admit = std::move(route.admit)](const HttpRequest& request) -> absl::Status {
      if (absl::Status status = admit(request); !status.ok()) return status;
      if (auto allowed = principal_for(doorway, request.bearer_token(), kind); !allowed.ok()) return allowed.status();
      if (format_of(request)) return absl::OkStatus();
      return {absl::StatusCode::kUnimplemented,
              to_absl(fmt::format("Content-Type '{}' is not OTLP: send application/x-protobuf or application/json",
                                  request.header("content-type")))};
    };
    router.add(std::move(route));
  }
}

}  // namespace nightjar
