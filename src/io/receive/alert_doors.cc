#include "io/receive/alert_doors.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "wire/alerts/alertmanager.h"
#include "wire/compression/inflate.h"

namespace nightjar {
namespace {

using ParseAlerts = absl::StatusOr<ReceivedAlerts> (*)(std::string_view, Timestamp, const AlertLimits&);

// {"accepted":3,"refused":[{"index":1,"reason":"..."}]}: senders ignore it, people with curl do not.
std::string describe(const ReceivedAlerts& received) {
  nlohmann::json refused = nlohmann::json::array();
  for (std::size_t i = 0; i < received.refused.size() && i < 20; ++i) {
    refused.push_back({{"index", received.refused[i].index}, {"reason", received.refused[i].reason}});
  }
  const nlohmann::json body = {
      {"accepted", received.alerts.size()}, {"refused_total", received.refused.size()}, {"refused", refused}};
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void parse_and_offer(Doorway& doorway, Door door, ParseAlerts parse, std::size_t limit_bytes,
                     const std::shared_ptr<HttpRequest>& request, const Responder& responder) {
  const auto refuse = [&](const absl::Status& status) {
    refuse_at_door(doorway, door, *request, request->body, status, responder);
  };
  const auto compression = parse_content_encoding(request->header("content-encoding"));
  if (!compression.ok()) return refuse(compression.status());
  std::string inflated;
  if (*compression != Compression::none) {
    auto result = inflate(*compression, request->body, limit_bytes);
    if (!result.ok()) return refuse(result.status());
    if (!request->hold.grow(result->size())) return refuse(unavailable("too much is waiting; send this again later"));
    inflated = *std::move(result);
  }
  AlertLimits limits;
  limits.body_bytes = limit_bytes;
  auto received = parse(*compression == Compression::none ? request->body : inflated, doorway.clock.now(), limits);
  if (!received.ok()) return refuse(received.status());
  if (received->alerts.empty() && !received->refused.empty()) {
    return refuse(invalid_argument("none of the {} alerts could be taken; the first: {}", received->refused.size(),
                                   received->refused[0].reason));
  }
  std::string description = describe(*received);
  const std::size_t taken = received->alerts.size(), refused = received->refused.size(), bytes = request->body.size();
  if (taken == 0) {
    doorway.ledger.note_taken(door, 0, 0, bytes);
    return responder.answer(json_answer(200, std::move(description)));
  }
  doorway.inbox.offer(AlertsArrived{std::move(received->alerts)}, Priority::control,
                      [&doorway, door, request, responder, taken, refused, bytes, description = std::move(description)](
                          absl::Status status, Sequence) {
                        if (!status.ok())
                          return refuse_at_door(doorway, door, *request, request->body, status, responder);
                        doorway.ledger.note_taken(door, taken, refused, bytes);
                        responder.answer(json_answer(200, description));
                      });
}

void add_alert_route(Router& router, Doorway& doorway, Door door, std::string pattern, ParseAlerts parse) {
  // 100,000 alerts in one body of an Alertmanager are 37 MB: taken from senders we know.
  const std::size_t limit_bytes = doorway.tokens.empty() ? 16u << 20 : 64u << 20;
  router.add(door_route(
      doorway, door, "POST", std::move(pattern), limit_bytes,
      [&doorway, door, parse, limit_bytes](std::shared_ptr<HttpRequest> request, Responder responder) {
        const bool taken = doorway.control_pool.post([&doorway, door, parse, limit_bytes, request, responder] {
          parse_and_offer(doorway, door, parse, limit_bytes, request, responder);
        });
        if (taken) return;
        refuse_at_door(doorway, door, *request, {}, unavailable("too many alerts are waiting; send this again later"),
                       responder);
      }));
}

}  // namespace

void add_alert_routes(Router& router, Doorway& doorway) {
  add_alert_route(router, doorway, Door::alertmanager_api, "/api/v2/alerts", parse_alerts_v2);
  add_alert_route(router, doorway, Door::alertmanager_webhook, "/api/v1/webhooks/alertmanager", parse_alert_webhook);
}

}  // namespace nightjar
