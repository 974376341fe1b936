// io/send/destination.h
// Where a notification goes. One implementation per kind (slack, email, github_issues, webhook), one contract test that
// all of them pass (tests/unit/io_send/destination_contract_test.cc). Called by the outbox, on that destination's own
// thread; calls block for at most about 10 s per request made.
#pragma once

#include <string>

#include <absl/status/statusor.h>

#include "model/notification.h"

namespace nightjar {

// What a create has made: `external_ref` comes back in later deliveries of the thread. `url` is for people; "" none.
struct Delivered {
  std::string external_ref, url;
};

class Destination {
 public:
  virtual ~Destination() = default;

  // Carries it out; OK means that the other side has confirmed it. The code tells the outbox what to do next:
  //   unavailable, deadline_exceeded, unknown: try again later (after the two last it may have arrived)
  //   anything else: it will not work the next time either; give up and tell
  // Implementations see to it, as far as the other side lets them, that trying again makes no second message.
  // `delivery.external_ref` is set for update, comment and close.
  virtual absl::StatusOr<Delivered> deliver(const Delivery& delivery) = 0;
};

}  // namespace nightjar
