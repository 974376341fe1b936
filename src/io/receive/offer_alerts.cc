#include "io/receive/offer_alerts.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/compression/inflate.h"

namespace nightjar {

HttpAnswer describe_taken(const ReceivedAlerts& received) {
  nlohmann::json refused = nlohmann::json::array();
  for (std::size_t i = 0; i < received.refused.size() && i < 20; ++i)
    refused.push_back({{"index", received.refused[i].index}, {"reason", received.refused[i].reason}});
  nlohmann::json body = {
      {"accepted", received.alerts.size()}, {"refused_total", received.refused.size()}, {"refused", refused}};
  if (!received.ignored.empty()) body["ignored"] = received.ignored;
  return json_answer(200, body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

absl::StatusOr<std::string> inflated_body(const AlertCall& call, std::size_t limit_bytes) {
  const auto compression = parse_content_encoding(call.request->header("content-encoding"));
  if (!compression.ok()) return compression.status();
  if (*compression == Compression::none) return call.request->body;
  auto inflated = inflate(*compression, call.request->body, limit_bytes);
  if (!inflated.ok()) return inflated.status();
  if (!call.request->hold.grow(inflated->size())) return unavailable("too much is waiting; send this again later");
  return inflated;
}

void offer_alerts(AlertCall call, ReceivedAlerts received, HttpAnswer success) {
  DoorLedger& ledger = call.doorway.ledger;
  const std::size_t taken = received.alerts.size(), refused = received.refused.size(),
                    bytes = call.request->body.size();
  if (taken == 0 && refused > 0)
    return call.refuse(
        invalid_argument("none of the {} alerts could be taken; the first: {}", refused, received.refused[0].reason));
  if (taken == 0) {
    received.ignored.empty() ? ledger.note_taken(call.door, 0, 0, bytes) : ledger.note_ignored(call.door);
    return call.responder.answer(std::move(success));
  }
  Inbox& inbox = call.doorway.inbox;
  inbox.offer(
      AlertsArrived{std::move(received.alerts)}, Priority::control,
      [call = std::move(call), taken, refused, bytes, success = std::move(success)](absl::Status status, Sequence) {
        if (!status.ok()) return call.refuse(status);
        note_taken(call.doorway, call.door, *call.request, taken, refused, bytes);
        call.responder.answer(success);
      });
}

HttpHandler on_control_pool(Doorway& doorway, Door door,
                            std::function<void(const std::shared_ptr<HttpRequest>&, const Responder&)> take,
                            std::function<HttpAnswer(const HttpRequest&, const absl::Status&)> refusal) {
  return [&doorway, door, take = std::move(take), refusal = std::move(refusal)](std::shared_ptr<HttpRequest> request,
                                                                                Responder responder) {
    if (doorway.control_pool.post([take, request, responder] { take(request, responder); })) return;
    refuse_at_door(doorway, door, *request, {}, unavailable("too many alerts are waiting; send this again later"),
                   responder, refusal);
  };
}

}  // namespace nightjar
