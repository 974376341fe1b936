#include "io/receive/loki.h"

#include "base/text.h"
#include "io/receive/signals_intake.h"

namespace nightjar {
namespace {

// Like Loki: JSON when it says so, else protobuf. Some clients send no type at all, or curl's own.
std::optional<Encoding> push_encoding(const HttpRequest& request) {
  const std::string type = request.media_type();
  if (type == "application/json") return Encoding::loki_json;
  if (type.empty() || type == "application/x-protobuf" || type == "application/x-www-form-urlencoded")
    return Encoding::loki_protobuf;
  return std::nullopt;
}

HttpAnswer refuse_push(const HttpRequest&, const absl::Status& status) {
  return {http_status_of(status), "text/plain; charset=utf-8", std::string(message_of(status)) + "\n", {}};
}

HttpAnswer pushed(const Verdict& verdict) {
  HttpAnswer answer{204, "", "", {}};
  if (!verdict.rejected.empty()) {
    // What the body says of itself stays out of a header but for what the judge has worded.
    std::string words = fmt::format("{} of {}; {}", verdict.rejected.size(), verdict.rejected.size() + verdict.accepted,
                                    verdict.first_reason);
    std::erase_if(words, [](char c) { return c < 32 || c > 126; });
    answer.headers.emplace_back("X-Nightjar-Rejected", cut(words, 200).substr(0, 200));
  }
  return answer;
}

void take_push(Doorway& doorway, std::shared_ptr<HttpRequest> request, Responder responder) {
  const Encoding encoding = *push_encoding(*request);  // admit has seen to it
  const std::string_view coding = request->header("content-encoding");
  // The protobuf form is always a snappy block, and its clients say nothing about it.
  const bool unsaid = encoding == Encoding::loki_protobuf && coding.empty();
  const auto compression = parse_content_encoding(unsaid ? "snappy" : coding);
  if (!compression.ok()) {
    return refuse_at_door(doorway, Door::loki, *request, request->body, compression.status(), responder, refuse_push);
  }
  const std::size_t bytes = request->body.size();
  SignalsBody body{encoding,
                   *compression,
                   std::move(request->body),
                   *principal_of(doorway, request->bearer_token()),
                   doorway.limits.other_bytes,
                   std::move(request->hold),
                   {}};
  if (const std::string_view tenant = request->header("x-scope-orgid"); !tenant.empty() && is_utf8(tenant))
    body.labels.emplace_back("loki.tenant", cut(tenant, 150));  // Loki's own limit
  take_signals(doorway, std::move(body), [&doorway, request, responder, bytes](SignalsOutcome outcome) {
    if (!outcome.status.ok()) {
      return refuse_at_door(doorway, Door::loki, *request, outcome.beginning, outcome.status, responder, refuse_push);
    }
    doorway.ledger.note_taken(Door::loki, outcome.verdict.accepted, outcome.verdict.rejected.size(), bytes);
    responder.answer(pushed(outcome.verdict));
  });
}

}  // namespace

void add_loki_routes(Router& router, Doorway& doorway) {
  for (const char* path : {"/loki/api/v1/push", "/api/prom/push"}) {
    Route route = door_route(
        doorway, Door::loki, "POST", path, doorway.limits.compressed_bytes,
        [&doorway](std::shared_ptr<HttpRequest> request, Responder responder) {
          take_push(doorway, std::move(request), std::move(responder));
        },
        refuse_push);
    route.admit = [admit = std::move(route.admit)](const HttpRequest& request) -> absl::Status {
      if (absl::Status status = admit(request); !status.ok()) return status;
      if (push_encoding(request)) return absl::OkStatus();
      return {absl::StatusCode::kUnimplemented,
              to_absl(fmt::format("Content-Type '{}' is not a Loki push: send application/x-protobuf (snappy) or "
                                  "application/json",
                                  request.header("content-type")))};
    };
    router.add(std::move(route));
  }
  Route ready{"GET", "/ready", {}, 1024, {}, {}};
  ready.handle = [&doorway](std::shared_ptr<HttpRequest>, Responder responder) {
    if (doorway.status.ready) return responder.answer({200, "text/plain; charset=utf-8", "ready\n", {}});
    responder.answer({503, "text/plain; charset=utf-8", "starting\n", {{"Retry-After", "2"}}});
  };
  router.add(std::move(ready));
}

}  // namespace nightjar
