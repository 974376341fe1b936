// io/receive/offer_alerts.h
// What all doors of alerts do with a body once its sender is known: inflate it within the budget, offer what was read
// to the inbox, answer when it is durable. On the doorway's control pool. Internal to io/receive.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "io/receive/doorway.h"
#include "wire/alerts/received.h"

namespace nightjar {

// A request at a door, and how that door answers it.
struct AlertCall {
  Doorway& doorway;
  Door door;
  std::shared_ptr<HttpRequest> request;
  Responder responder;
  // In the sender's protocol; empty: the API's own error.
  std::function<HttpAnswer(const HttpRequest&, const absl::Status&)> refusal = {};

  void refuse(const absl::Status& status) const {
    refuse_at_door(doorway, door, *request, request->body, status, responder, refusal);
  }
};

// The body without its Content-Encoding, at most `limit_bytes`.
absl::StatusOr<std::string> inflated_body(const AlertCall& call, std::size_t limit_bytes);

// Counts, offers, answers: 400 when nothing of it could be taken, `success` when it is durable (or there was nothing to
// keep). Priority::control.
void offer_alerts(AlertCall call, ReceivedAlerts received, HttpAnswer success);

// {"accepted":3,"refused_total":1,"refused":[{"index":1,"reason":"..."}]}: senders ignore it, people with curl do not.
HttpAnswer describe_taken(const ReceivedAlerts& received);

// Runs `take` on the control pool; 503 when that is full.
HttpHandler on_control_pool(Doorway& doorway, Door door,
                            std::function<void(const std::shared_ptr<HttpRequest>&, const Responder&)> take,
                            std::function<HttpAnswer(const HttpRequest&, const absl::Status&)> refusal = {});

}  // namespace nightjar
