#include "io/receive/doorway.h"

#include "base/hash.h"
#include "base/text.h"

namespace nightjar {
namespace {

void note(Doorway& doorway, Door door, const HttpRequest& request, std::string_view beginning,
          const absl::Status& status) {
  doorway.ledger.note_refused({door, doorway.clock.now(), refused_why(status), std::string(message_of(status)),
                               request.remote, std::max(request.body.size(), beginning.size()),
                               std::string(beginning.substr(0, 4096))});
}

}  // namespace

absl::StatusOr<std::string> principal_of(const Doorway& doorway, std::string_view bearer_token) {
  if (doorway.tokens.empty()) return std::string("anonymous");
  const std::string digest = to_hex(sha256(bearer_token));
  const DoorToken* found = nullptr;
  for (const DoorToken& token : doorway.tokens) {
    if (equal_in_constant_time(token.token_sha256, digest)) found = &token;
  }
  if (found) return found->name;
  if (bearer_token.empty()) {
    return unauthenticated("no token: send the header 'Authorization: Bearer <token>' with a token of doors.tokens");
  }
  return unauthenticated("this token is not known: check it against doors.tokens in nightjar.yaml");
}

absl::Status refuse_web_pages(const Doorway& doorway, const HttpRequest& request) {
  // Browsers say so themselves; no sender of telemetry does.
  if (!doorway.tokens.empty() || request.header("origin").empty()) return absl::OkStatus();
  return permission_denied(
      "a web page of {} may not send here; doors are for machines: configure doors.tokens to let it in",
      cut(request.header("origin"), 100));
}

void set_retry_after(const Doorway& doorway, HttpAnswer& answer) {
  if (answer.status != 503) return;
  const double pressure = static_cast<double>(doorway.budget.used_bytes()) /
                          static_cast<double>(std::max<std::size_t>(1, doorway.budget.limit_bytes()));
  std::erase_if(answer.headers, [](const auto& header) { return equal_without_case(header.first, "Retry-After"); });
  answer.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds(pressure)));
}

Route door_route(Doorway& doorway, Door door, std::string method, std::string pattern, std::size_t body_limit_bytes,
                 HttpHandler handle, std::function<HttpAnswer(const HttpRequest&, const absl::Status&)> refuse) {
  Route route{std::move(method), std::move(pattern), std::move(handle), body_limit_bytes, {}, {}};
  route.admit = [&doorway](const HttpRequest& request) -> absl::Status {
    if (absl::Status status = refuse_web_pages(doorway, request); !status.ok()) return status;
    return principal_of(doorway, request.bearer_token()).status();
  };
  route.refuse = [&doorway, door, refuse = std::move(refuse)](const HttpRequest& request, const absl::Status& status) {
    note(doorway, door, request, request.body, status);
    HttpAnswer answer = refuse ? refuse(request, status) : answer_for(status);
    set_retry_after(doorway, answer);
    return answer;
  };
  return route;
}

void refuse_at_door(Doorway& doorway, Door door, const HttpRequest& request, std::string_view beginning,
                    const absl::Status& status, const Responder& responder,
                    const std::function<HttpAnswer(const HttpRequest&, const absl::Status&)>& refuse) {
  note(doorway, door, request, beginning, status);
  HttpAnswer answer = refuse ? refuse(request, status) : answer_for(status);
  set_retry_after(doorway, answer);
  responder.answer(std::move(answer));
}

}  // namespace nightjar
