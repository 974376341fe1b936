// io/send/outbox.h
// What is to be told and is not yet. Takes deliveries from run/live, carries each to its destination, and reports each
// notification exactly once: delivered, or given up and why. A lane with a thread of its own per destination, so that a
// slow one holds up nobody else.
//
// Within a thread ("inc-12") of a destination the order is kept: an update waits for its create, whose external_ref it
// needs. Several waiting updates become the newest one. What failed is tried again after 1, 2, 4 … 60 s when that can
// help. Nothing is stored here: at start run/live offers again what its records say is undelivered.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/time.h"
#include "io/send/destination.h"
#include "model/notification.h"

namespace nightjar {

struct OutboxSettings {
  Duration first_retry = seconds(1), longest_retry = seconds(60);
  Duration give_up_after = hours(24);
  std::size_t most_waiting = 10'000;  // per destination; over it a delivery is refused and reported as given up
};

class OutboxLane;

class Outbox {
 public:
  // Called on a lane's thread, or on the caller's for a delivery that is refused at once. Must not destroy the outbox.
  using OnReport = std::function<void(const DeliveryReport&)>;

  Outbox(std::map<std::string, std::unique_ptr<Destination>> destinations, OnReport on_report,
         OutboxSettings settings = {});
  // Finishes the delivery under way (at most about 20 s); what waits is not reported: records know it as undelivered.
  ~Outbox();

  // Any thread; does not block. An id that is waiting, or was reported in this process, is taken no second time.
  void offer(const Delivery& delivery);
  // At start: what a destination calls a thread that exists already, so that a repeated create becomes an update.
  void know(const std::string& destination, const std::string& thread, const std::string& external_ref);
  std::size_t waiting() const;

 private:
  const OnReport on_report_;
  std::map<std::string, std::unique_ptr<OutboxLane>> lanes_;  // by destination
};

}  // namespace nightjar
