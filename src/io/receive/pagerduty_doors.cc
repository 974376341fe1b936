#include "io/receive/pagerduty_doors.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/receive/offer_alerts.h"
#include "wire/alerts/pagerduty.h"
#include "wire/alerts/pagerduty_change.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

std::string dumped(const Json& body) { return body.dump(-1, ' ', false, Json::error_handler_t::replace); }

HttpAnswer refusal(int status, const std::vector<std::string>& errors) {
  const Json body = {{"status", status == 400 ? "invalid event" : "error"},
                     {"message", status == 400 ? "Event object is invalid" : "Event was not taken"},
                     {"errors", errors}};
  return json_answer(status, dumped(body));
}

HttpAnswer refuse_in_its_words(const HttpRequest&, const absl::Status& status) {
  HttpAnswer answer = answer_for(status);  // for its headers
  HttpAnswer said = refusal(answer.status, {std::string(message_of(status))});
  said.headers = std::move(answer.headers);
  return said;
}

HttpAnswer processed(const std::string& message, const std::string& dedup_key) {
  Json body = {{"status", "success"}, {"message", message}};
  if (!dedup_key.empty()) body["dedup_key"] = dedup_key;
  return json_answer(202, dumped(body));
}

// The routing key is a secret and what is refused is shown to people.
void refuse(const AlertCall& call, const std::string& routing_key, const absl::Status& status,
            const std::vector<std::string>& errors = {}) {
  const auto answer = [&errors](const HttpRequest& request, const absl::Status& why) {
    return errors.empty() ? refuse_in_its_words(request, why) : refusal(400, errors);
  };
  refuse_at_door(call.doorway, call.door, *call.request, without_routing_key(call.request->body, routing_key), status,
                 call.responder, answer);
}

// What both paths begin with: OK when the routing key may come in and the event has no errors.
template <class Event>
absl::Status check_event(const AlertCall& call, const Event& event) {
  if (event.routing_key.empty() || !event.errors.empty()) return invalid_argument("{}", fmt::join(event.errors, "; "));
  const absl::Status status = principal_for(call.doorway, event.routing_key, *sent_kind(call.door)).status();
  if (!absl::IsUnauthenticated(status)) return status;
  return unauthenticated("'routing_key' is not known: it must be a token of doors.tokens in nightjar.yaml");
}

void take_event(const AlertCall& call) {
  const auto body = inflated_body(call, kPagerDutyBodyBytes);
  if (!body.ok()) return call.refuse(body.status());
  auto event = parse_pagerduty_event(*body, call.doorway.clock.now());
  if (!event.ok()) return call.refuse(event.status());
  if (absl::Status status = check_event(call, *event); !status.ok())
    return refuse(call, event->routing_key, status, event->errors);
  HttpAnswer success = processed("Event processed", event->dedup_key);
  offer_alerts(call, event->alert ? one_alert(*std::move(event->alert)) : ignored_because("acknowledged by a person"),
               std::move(success));
}

void take_change_event(const AlertCall& call) {
  const auto body = inflated_body(call, kPagerDutyBodyBytes);
  if (!body.ok()) return call.refuse(body.status());
  auto change = parse_pagerduty_change(*body, call.doorway.clock.now());
  if (!change.ok()) return call.refuse(change.status());
  if (absl::Status status = check_event(call, *change); !status.ok())
    return refuse(call, change->routing_key, status, change->errors);
  call.doorway.inbox.offer(ChangeArrived{*std::move(change->event)}, Priority::control,
                           [call](absl::Status status, Sequence) {
                             if (!status.ok()) return call.refuse(status);
                             note_taken(call.doorway, call.door, *call.request, 1, 0, call.request->body.size());
                             call.responder.answer(processed("Change event processed", ""));
                           });
}

void add_route(Router& router, Doorway& doorway, Door door, std::string path, void (*take)(const AlertCall&)) {
  const auto handle = on_control_pool(
      doorway, door,
      [&doorway, door, take](const auto& request, const Responder& responder) {
        take({doorway, door, request, responder, refuse_in_its_words});
      },
      refuse_in_its_words);
  Route route = door_route(doorway, door, "POST", std::move(path), kPagerDutyBodyBytes, handle, refuse_in_its_words);
  route.admit = [&doorway](const HttpRequest& request) { return refuse_web_pages(doorway, request); };
  router.add(std::move(route));
}

}  // namespace

void add_pagerduty_routes(Router& router, Doorway& doorway) {
  add_route(router, doorway, Door::pagerduty, "/v2/enqueue", take_event);
  add_route(router, doorway, Door::pagerduty_changes, "/v2/change/enqueue", take_change_event);
}

}  // namespace nightjar
