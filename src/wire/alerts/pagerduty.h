// wire/alerts/pagerduty.h
// PagerDuty's Events API v2, `POST /v2/enqueue`: trigger, acknowledge, resolve -> what happened to which alert, so that
// whatever can page through PagerDuty can send here by changing one URL. Called by io/receive. Pure, any thread.
// Source: PagerDuty's developer documentation, "Send an Alert Event" and its limits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wire/alerts/received.h"

namespace nightjar {

inline constexpr std::size_t kPagerDutyBodyBytes = 512 << 10;

// The same alert is the same dedup_key from the same routing key: a resolve from another one ends nothing. After a
// resolve the same dedup_key begins a new episode, since it starts at another time.
struct PagerDutyEvent {
  std::string routing_key;          // a secret: who sends
  std::string dedup_key;            // the sender's, else made of the body: the same body again is the same alert
  std::optional<Alert> alert;       // absent: acknowledged, or `errors`
  std::vector<std::string> errors;  // not empty: what the sender must mend, all of it; nothing is to be taken
};

// Limits of its fields: routing_key and dedup_key 255 bytes, else an error; summary 1,024 bytes, cut; a severity nobody
// knows is kept. INVALID_ARGUMENT: not a JSON object; RESOURCE_EXHAUSTED: over limits.body_bytes.
absl::StatusOr<PagerDutyEvent> parse_pagerduty_event(std::string_view body, Timestamp received_at,
                                                     const AlertLimits& limits = {.body_bytes = kPagerDutyBodyBytes});

// What of an event can be shown to people: the same text with the routing key blotted out.
std::string without_routing_key(std::string_view body, std::string_view routing_key);

}  // namespace nightjar
