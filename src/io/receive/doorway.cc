#include "io/receive/doorway.h"

#include "base/hash.h"
#include "base/text.h"
#include "io/receive/webhook_token.h"

namespace nightjar {
namespace {

void note(Doorway& doorway, Door door, const HttpRequest& request, std::string_view beginning,
          const absl::Status& status) {
  RefusedBody refused{door,
                      doorway.clock.now(),
                      refused_why(status),
                      std::string(message_of(status)),
                      request.remote,
                      std::max(request.body.size(), beginning.size()),
                      std::string(beginning.substr(0, 4096))};
  doorway.sources.note_refused(source_of(doorway, door, request), refused);
  doorway.ledger.note_refused(std::move(refused));
}

}  // namespace

namespace {

// nullptr: no tokens are configured.
absl::StatusOr<const DoorToken*> find_token(const Doorway& doorway, std::string_view bearer_token) {
  if (doorway.tokens.empty()) return nullptr;
  const std::string digest = to_hex(sha256(bearer_token));
  const DoorToken* found = nullptr;
  for (const DoorToken& token : doorway.tokens) {
    if (equal_in_constant_time(token.token_sha256, digest)) found = &token;
  }
  if (found && found->expires && *found->expires <= doorway.clock.now())
    return unauthenticated("token {} expired on {}: make another with nightjar token new", found->name,
                           to_rfc3339(*found->expires).substr(0, 10));
  if (found) return found;
  if (bearer_token.empty()) {
    return unauthenticated("no token: send the header 'Authorization: Bearer <token>' with a token of doors.tokens");
  }
  if (absl::Status form = check_token_form(bearer_token); !form.ok()) return form;
  return unauthenticated("this token is not known: check it against doors.tokens in nightjar.yaml");
}

}  // namespace

absl::StatusOr<std::string> principal_of(const Doorway& doorway, std::string_view bearer_token) {
  const auto token = find_token(doorway, bearer_token);
  if (!token.ok()) return token.status();
  return *token == nullptr ? std::string("anonymous") : (*token)->name;
}

absl::StatusOr<std::string> principal_for(const Doorway& doorway, std::string_view bearer_token, SentKind kind) {
  const auto token = find_token(doorway, bearer_token);
  if (!token.ok()) return token.status();
  if (*token == nullptr) return std::string("anonymous");
  if ((*token)->kinds.has(kind)) return (*token)->name;
  return permission_denied("token {} is for {}, not for {}: add {} to its kinds in doors.tokens, or use another",
                           (*token)->name, (*token)->kinds.in_words(), word(kind), word(kind));
}

const DoorToken* token_named(const Doorway& doorway, std::string_view principal) {
  for (const DoorToken& token : doorway.tokens)
    if (token.name == principal) return &token;
  return nullptr;
}

absl::Status refuse_web_pages(const Doorway& doorway, const HttpRequest& request) {
  // Browsers say so themselves; no sender of telemetry does.
  if (!doorway.tokens.empty() || request.header("origin").empty()) return absl::OkStatus();
  return permission_denied(
      "a web page of {} may not send here; doors are for machines: configure doors.tokens to let it in",
      cut(request.header("origin"), 100));
}

SourceKey source_of(const Doorway& doorway, Door door, const HttpRequest& request) {
  SourceKey key{"unknown", door, ""};
  if (auto principal = principal_of(doorway, webhook_token(request)); principal.ok())
    key.principal = *std::move(principal);
  // Anybody can write anything there: without a known sender it would only fill the table.
  if (key.principal != "unknown") key.agent = cut(request.header("user-agent"), 100);
  return key;
}

void note_taken(Doorway& doorway, Door door, const HttpRequest& request, std::uint64_t items,
                std::uint64_t rejected_items, std::size_t bytes, Timestamp newest, std::string_view first_reason) {
  doorway.ledger.note_taken(door, items, rejected_items, bytes);
  SourceKey key = source_of(doorway, door, request);
  if (key.principal == "unknown") {  // taken all the same: the door has a proof of its own
    key.principal = word(door);
    key.agent = cut(request.header("user-agent"), 100);
  }
  doorway.sources.note_taken(key, doorway.clock.now(), items, rejected_items, bytes, newest, first_reason);
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
  route.admit = [&doorway, kind = sent_kind(door)](const HttpRequest& request) -> absl::Status {
    if (absl::Status status = refuse_web_pages(doorway, request); !status.ok()) return status;
    if (kind) return principal_for(doorway, request.bearer_token(), *kind).status();
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
