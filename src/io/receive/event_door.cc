#include "io/receive/event_door.h"

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "io/receive/offer_alerts.h"
#include "io/receive/webhook_token.h"

namespace nightjar {
namespace {

constexpr std::size_t kEventBytes = 1 << 20;

struct EventDoor {
  Doorway& doorway;
  EventSources sources;
  KeptBodies& kept;
};

std::string source_of(const HttpRequest& request) {
  const auto found = request.parameters.find("source");
  return found == request.parameters.end() ? std::string() : found->second;
}

// A source without a token of its own, and one nobody knows, are opened by doors.tokens.
absl::Status admit_event(const EventDoor& door, const HttpRequest& request) {
  if (absl::Status status = refuse_web_pages(door.doorway, request); !status.ok()) return status;
  const auto source = door.sources.find(source_of(request));
  if (source == door.sources.end() || source->second.token_sha256.empty()) return admit_webhook(door.doorway, request);
  const std::string token = webhook_token(request);
  if (!token.empty() && equal_in_constant_time(to_hex(sha256(token)), source->second.token_sha256))
    return absl::OkStatus();
  return unauthenticated("this is not the token of events.{}: send 'Authorization: Bearer <token>' or ?token=<token>",
                         source->first);
}

// A body's inputs on their way into the journal, answered when the last is durable. What was taken before one is
// refused stays: sent again, it is the same change.
struct EventOffering {
  std::shared_ptr<EventDoor> door;
  std::shared_ptr<HttpRequest> request;
  Responder responder;
  std::vector<InputBody> inputs;
  std::size_t next = 0, bytes = 0, taken = 0, refused = 0, ignored = 0;
  std::optional<std::uint64_t> redriven;  // number of the kept body
};

void offer_next_event(const std::shared_ptr<EventOffering>& offering) {
  Doorway& doorway = offering->door->doorway;
  if (offering->next == offering->inputs.size()) {
    if (offering->redriven) offering->door->kept.remove(*offering->redriven);
    if (offering->inputs.empty() && offering->refused == 0)
      doorway.ledger.note_ignored(Door::events);
    else
      doorway.ledger.note_taken(Door::events, offering->taken, offering->refused, offering->bytes);
    const nlohmann::json body = {{"status", offering->taken > 0 ? "taken" : "ignored"},
                                 {"accepted", offering->taken},
                                 {"refused_total", offering->refused},
                                 {"ignored", offering->ignored}};
    return offering->responder.answer(json_answer(202, body.dump()));
  }
  InputBody input = std::move(offering->inputs[offering->next++]);
  doorway.inbox.offer(std::move(input), Priority::control, [offering](absl::Status status, Sequence) {
    if (status.ok()) return offer_next_event(offering);
    refuse_at_door(offering->door->doorway, Door::events, *offering->request, offering->request->body, status,
                   offering->responder);
  });
}

void offer_events(const std::shared_ptr<EventDoor>& door, const std::shared_ptr<HttpRequest>& request,
                  const Responder& responder, MappedEvents events, std::size_t bytes,
                  std::optional<std::uint64_t> redriven) {
  auto offering = std::make_shared<EventOffering>(EventOffering{door, request, responder});
  offering->bytes = bytes;
  offering->taken = events.changes.size() + events.alerts.size();
  offering->refused = events.refused.size();
  offering->ignored = events.ignored;
  offering->redriven = redriven;
  for (ChangeEvent& event : events.changes) offering->inputs.emplace_back(ChangeArrived{std::move(event)});
  if (!events.alerts.empty()) offering->inputs.emplace_back(AlertsArrived{std::move(events.alerts)});
  offer_next_event(offering);
}

void take_event(const std::shared_ptr<EventDoor>& door, const std::shared_ptr<HttpRequest>& request,
                const Responder& responder) {
  const AlertCall call{door->doorway, Door::events, request, responder};
  const std::string source = source_of(*request);
  if (!is_source_name(source))
    return call.refuse(invalid_argument("the name of a source has a-z, 0-9, '.', '_' and '-', at most 64"));
  const auto body = inflated_body(call, kEventBytes);
  if (!body.ok()) return call.refuse(body.status());
  const Timestamp now = door->doorway.clock.now();
  const auto known = door->sources.find(source);
  static const std::vector<Mapping> kNone;
  auto events = apply_mappings(known == door->sources.end() ? kNone : known->second.mappings, source, *body, now);
  if (events.ok())
    return offer_events(door, request, responder, *std::move(events), request->body.size(), std::nullopt);
  if (events.status().code() != absl::StatusCode::kInvalidArgument) return call.refuse(events.status());
  const std::string why(message_of(events.status()));
  const auto kept =
      door->kept.keep({.source = source, .at = now, .why = why, .remote = request->remote, .body = *body});
  if (!kept.ok()) return call.refuse(kept.status());  // then the sender should keep it
  call.refuse(
      invalid_argument("{}; the body is kept whole as {}: once the mapping is right, POST "
                       "/api/v1/refused/{}/redrive tries it again",
                       why, kept_id(*kept), kept_id(*kept)));
}

void redrive(const std::shared_ptr<EventDoor>& door, const std::shared_ptr<HttpRequest>& request,
             const Responder& responder) {
  const auto id = request->parameters.find("id");
  const auto kept = door->kept.read(id == request->parameters.end() ? "" : id->second);
  if (!kept.ok()) return responder.answer(answer_for(kept.status()));
  const auto known = door->sources.find(kept->source);
  static const std::vector<Mapping> kNone;
  // The time it came is the time of what has none of its own.
  auto events =
      apply_mappings(known == door->sources.end() ? kNone : known->second.mappings, kept->source, kept->body, kept->at);
  if (!events.ok()) return responder.answer(answer_for(events.status()));
  offer_events(door, request, responder, *std::move(events), kept->bytes, kept->number);
}

}  // namespace

void add_event_routes(Router& router, Doorway& doorway, EventSources sources, KeptBodies& kept) {
  const auto door = std::make_shared<EventDoor>(EventDoor{doorway, std::move(sources), kept});
  Route events = door_route(doorway, Door::events, "POST", "/api/v1/events/{source}", kEventBytes,
                            on_control_pool(doorway, Door::events, [door](const auto& request, const auto& responder) {
                              take_event(door, request, responder);
                            }));
  events.admit = [door](const HttpRequest& request) { return admit_event(*door, request); };
  router.add(std::move(events));
  Route again = door_route(doorway, Door::events, "POST", "/api/v1/refused/{id}/redrive", 64 * 1024,
                           on_control_pool(doorway, Door::events, [door](const auto& request, const auto& responder) {
                             redrive(door, request, responder);
                           }));
  again.admit = [door](const HttpRequest& request) { return admit_webhook(door->doorway, request); };
  router.add(std::move(again));
}

}  // namespace nightjar
