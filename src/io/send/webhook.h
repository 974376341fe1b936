// io/send/webhook.h
// The notification as JSON, POSTed to a URL of the operator's. Idempotency-Key is the notification's id: a second
// delivery of the same one can be told. With a token the body is signed: X-Nightjar-Signature-256: sha256=<hex HMAC>.
#pragma once

#include "io/send/destination.h"
#include "io/send/destinations.h"

namespace nightjar {

class Webhook : public Destination {
 public:
  explicit Webhook(DestinationRecord record) : record_(std::move(record)) {}
  // external_ref is the thread itself, unless the answer has {"external_ref": "…"}.
  absl::StatusOr<Delivered> deliver(const Delivery& delivery) override;

 private:
  const DestinationRecord record_;
};

}  // namespace nightjar
