#include "io/receive/remote_write.h"

#include <optional>

#include "base/text.h"
#include "io/receive/signals_intake.h"

namespace nightjar {
namespace {

// "application/x-protobuf;proto=io.prometheus.write.v2.Request"
std::optional<Encoding> write_encoding(const HttpRequest& request) {
  if (request.media_type() != "application/x-protobuf") return std::nullopt;
  std::string_view rest = request.header("content-type");
  rest.remove_prefix(std::min(rest.size(), rest.find(';')));
  while (!rest.empty()) {
    rest.remove_prefix(1);
    std::string_view parameter = rest.substr(0, rest.find(';'));
    rest.remove_prefix(parameter.size());
    while (!parameter.empty() && parameter.front() == ' ') parameter.remove_prefix(1);
    while (!parameter.empty() && parameter.back() == ' ') parameter.remove_suffix(1);
    if (!equal_without_case(parameter.substr(0, 6), "proto=")) continue;
    const std::string_view name = parameter.substr(6);
    if (name == "io.prometheus.write.v2.Request") return Encoding::remote_write_2;
    if (name == "prometheus.WriteRequest") return Encoding::remote_write_1;
    return std::nullopt;
  }
  return Encoding::remote_write_1;
}

HttpAnswer refuse_write(const HttpRequest&, const absl::Status& status) {
  return {http_status_of(status), "text/plain; charset=utf-8", std::string(message_of(status)) + "\n", {}};
}

void answer_written(Doorway& doorway, const HttpRequest& request, Encoding encoding, std::size_t bytes,
                    const SignalsOutcome& outcome, const Responder& responder) {
  const std::uint64_t rejected = outcome.verdict.rejected.size();
  note_taken(doorway, Door::remote_write, request, outcome.verdict.accepted, rejected, bytes, outcome.newest,
             outcome.verdict.first_reason);
  HttpAnswer answer{204, "", "", {}};
  if (rejected > 0) {
    answer = {400,
              "text/plain; charset=utf-8",
              fmt::format("{} of {} items were not stored, all others were; the first: {}\n", rejected,
                          rejected + outcome.verdict.accepted, outcome.verdict.first_reason),
              {}};
  }
  // Without these a version 2 sender takes a success for a 415.
  if (encoding == Encoding::remote_write_2) {
    answer.headers.emplace_back("X-Prometheus-Remote-Write-Samples-Written", std::to_string(outcome.samples));
    answer.headers.emplace_back("X-Prometheus-Remote-Write-Histograms-Written", std::to_string(outcome.histograms));
    answer.headers.emplace_back("X-Prometheus-Remote-Write-Exemplars-Written", std::to_string(outcome.exemplars));
  }
  responder.answer(std::move(answer));
}

void take_write(Doorway& doorway, std::shared_ptr<HttpRequest> request, Responder responder) {
  const Encoding encoding = *write_encoding(*request);  // admit has seen to it
  // The protocol is always snappy; some senders leave the header out.
  const std::string_view coding = request->header("content-encoding");
  auto compression = parse_content_encoding(coding.empty() ? "snappy" : coding);
  if (!compression.ok()) {
    return refuse_at_door(doorway, Door::remote_write, *request, request->body, compression.status(), responder,
                          refuse_write);
  }
  const std::size_t bytes = request->body.size();
  SignalsBody body{encoding,
                   *compression,
                   std::move(request->body),
                   *principal_of(doorway, request->bearer_token()),
                   doorway.limits.other_bytes,
                   std::move(request->hold)};
  take_signals(doorway, std::move(body), [&doorway, request, responder, encoding, bytes](SignalsOutcome outcome) {
    if (!outcome.status.ok()) {
      return refuse_at_door(doorway, Door::remote_write, *request, outcome.beginning, outcome.status, responder,
                            refuse_write);
    }
    answer_written(doorway, *request, encoding, bytes, outcome, responder);
  });
}

}  // namespace

void add_remote_write_route(Router& router, Doorway& doorway) {
  Route route = door_route(
      doorway, Door::remote_write, "POST", "/api/v1/write", doorway.limits.compressed_bytes,
      [&doorway](std::shared_ptr<HttpRequest> request, Responder responder) {
        take_write(doorway, std::move(request), std::move(responder));
      },
      refuse_write);
  route.admit = [admit = std::move(route.admit)](const HttpRequest& request) -> absl::Status {
    if (absl::Status status = admit(request); !status.ok()) return status;
    if (write_encoding(request)) return absl::OkStatus();
    return {
        absl::StatusCode::kUnimplemented,
        to_absl(fmt::format(
            "Content-Type '{}' is not remote write: send application/x-protobuf, with proto=prometheus.WriteRequest or "
            "proto=io.prometheus.write.v2.Request",
            request.header("content-type")))};
  };
  router.add(std::move(route));
}

}  // namespace nightjar
