// io/send/slack.h
// One message per incident in a Slack channel, changed in place. create: chat.postMessage; update and close:
// chat.update, which also takes the buttons away when the message has none any more; comment: a reply in its thread.
// external_ref is "<channel id>/<ts>". Slack knows no idempotency key: a create whose answer got lost shows twice.
// Telemetry text goes out as plain_text, so Slack reads no markup in it. Source: api.slack.com, chat.postMessage and
// Block Kit reference.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "io/send/destination.h"
#include "io/send/destinations.h"

namespace nightjar {

class Slack : public Destination {
 public:
  explicit Slack(DestinationRecord record) : record_(std::move(record)) {}
  absl::StatusOr<Delivered> deliver(const Delivery& delivery) override;

 private:
  const DestinationRecord record_;
};

// The blocks of one message, within Slack's limits; for tests.
nlohmann::json slack_blocks(const Message& message);

}  // namespace nightjar
