// io/send/outbox_lane.h
// One destination's part of the outbox (outbox.h has the promises) and its thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "io/send/outbox.h"

namespace nightjar {

class OutboxLane {
 public:
  OutboxLane(std::string name, std::unique_ptr<Destination> destination, Outbox::OnReport on_report,
             OutboxSettings settings);
  ~OutboxLane();

  void offer(const Delivery& delivery);
  void know(const std::string& thread, const std::string& external_ref);
  std::size_t waiting() const;
  // No further delivery is begun; the destructor waits for the one under way.
  void stop();

 private:
  using Steady = std::chrono::steady_clock;
  struct Waiting {
    Delivery delivery;
    std::vector<NotificationId> replaced;  // older updates that this one speaks for
    std::uint64_t order = 0;
    int attempts = 0;
    bool under_way = false;
    Steady::time_point not_before, first_offered;
  };
  using Queue = std::deque<Waiting>;

  void run();
  Queue* next_queue(Steady::time_point now, Steady::time_point& wake);  // mutex_ held
  void address(Delivery& delivery) const;                               // mutex_ held
  void conclude(Queue& queue, const absl::StatusOr<Delivered>& outcome, std::unique_lock<std::mutex>& lock);

  const std::string name_;
  const std::unique_ptr<Destination> destination_;
  const Outbox::OnReport on_report_;
  const OutboxSettings settings_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::uint64_t next_order_ = 1;
  std::size_t waiting_ = 0;
  std::map<std::string, Queue> queues_;            // by thread
  std::map<std::string, std::string> known_refs_;  // by thread
  std::set<NotificationId> seen_;                  // waiting or reported, newest ids
  std::thread thread_;
};

}  // namespace nightjar
