// model/notification.h
// Who is told what, and why. engine/notify decides; io/send delivers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/ids.h"

namespace nightjar {

enum class NotifyReason : std::uint8_t {
  first_notification,
  got_worse,
  cause_found,
  approval_needed,
  action_started,
  verified,
  needs_human,
  resolved,
  repeat_due,  // tell
  silenced,
  in_maintenance,
  unchanged
};  // stay quiet
std::string_view word(NotifyReason reason);

enum class DeliveryOperation : std::uint8_t { create, update, comment, close };
std::string_view word(DeliveryOperation operation);

// One message as plain structure; each destination renders it in its own markup and escapes every text.
struct MessageLink {
  std::string label, url;
};
struct Message {
  std::string title;                                       // <= 150 characters
  std::vector<std::string> paragraphs;                     // plain text
  std::vector<std::pair<std::string, std::string>> facts;  // label, value
  std::vector<MessageLink> links;                          // "Approve", "Open incident"; made by us only
};

// Delivered at least once; `thread` is what makes the second delivery an update and not a repeat.
struct Delivery {
  NotificationId id;
  IncidentId incident;
  std::string destination;  // name in the config
  DeliveryOperation operation = DeliveryOperation::create;
  NotifyReason reason = NotifyReason::first_notification;
  std::string thread;        // "inc-12": one message (or ticket) per destination and thread
  std::string external_ref;  // what the destination called it on create (Slack ts, issue number); "" on create
  Message message;
};

struct DeliveryReport {
  NotificationId id;
  bool delivered = false;
  std::string external_ref, url;  // of what was created
  std::string error;              // when it was given up
};

}  // namespace nightjar
