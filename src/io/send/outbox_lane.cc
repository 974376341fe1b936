#include "io/send/outbox_lane.h"

#include <spdlog/spdlog.h>

#include "base/check.h"
#include "base/text.h"
#include "model/words.h"

namespace nightjar {
namespace {

constexpr std::size_t kMostSeen = 100'000;
constexpr std::size_t kMostRefs = 100'000;

bool can_help_to_try_again(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnknown:
      return true;
    default:
      return false;
  }
}

std::chrono::nanoseconds retry_delay(int attempts, const OutboxSettings& settings) {
  std::int64_t delay = settings.first_retry.ns;
  for (int i = 1; i < attempts && delay < settings.longest_retry.ns; ++i) delay *= 2;
  return std::chrono::nanoseconds(std::min(delay, settings.longest_retry.ns));
}

}  // namespace

OutboxLane::OutboxLane(std::string name, std::unique_ptr<Destination> destination, Outbox::OnReport on_report,
                       OutboxSettings settings)
    : name_(std::move(name)),
      destination_(std::move(destination)),
      on_report_(std::move(on_report)),
      settings_(settings) {
  thread_ = std::thread([this] { run(); });
}

OutboxLane::~OutboxLane() {
  stop();
  thread_.join();
}

void OutboxLane::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

std::size_t OutboxLane::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

void OutboxLane::know(const std::string& thread, const std::string& external_ref) {
  const std::lock_guard lock(mutex_);
  if (!external_ref.empty() && known_refs_.size() < kMostRefs) known_refs_[thread] = external_ref;
}

void OutboxLane::offer(const Delivery& delivery) {
  {
    const std::lock_guard lock(mutex_);
    if (!seen_.insert(delivery.id).second) return;
    if (seen_.size() > kMostSeen) seen_.erase(seen_.begin());  // the lowest, so the oldest
    if (waiting_ < settings_.most_waiting) {
      Queue& queue = queues_[delivery.thread];
      const auto now = Steady::now();
      if (!queue.empty() && !queue.back().under_way && queue.back().delivery.operation == DeliveryOperation::update &&
          delivery.operation == DeliveryOperation::update) {
        // The same place in the queue and the same patience: only what it says is newer.
        queue.back().replaced.push_back(queue.back().delivery.id);
        queue.back().delivery = delivery;
      } else {
        queue.push_back({.delivery = delivery, .order = next_order_++, .not_before = now, .first_offered = now});
        ++waiting_;
      }
      changed_.notify_all();
      return;
    }
  }
  on_report_(
      {delivery.id, false, "", "",
       fmt::format("{} deliveries to {} are waiting already; this one was given up", settings_.most_waiting, name_)});
}

OutboxLane::Queue* OutboxLane::next_queue(Steady::time_point now, Steady::time_point& wake) {
  Queue* next = nullptr;
  for (auto& [thread, queue] : queues_) {
    const Waiting& head = queue.front();
    if (head.not_before > now) {
      wake = std::min(wake, head.not_before);
    } else if (next == nullptr || head.order < next->front().order) {
      next = &queue;
    }
  }
  return next;
}

void OutboxLane::address(Delivery& delivery) const {
  const auto known = known_refs_.find(delivery.thread);
  if (delivery.external_ref.empty() && known != known_refs_.end()) delivery.external_ref = known->second;
  const bool exists = !delivery.external_ref.empty();
  // A create of a thread that exists would be a repeat; an update of one whose create was given up is its second
  // chance.
  if (delivery.operation == DeliveryOperation::create && exists) delivery.operation = DeliveryOperation::update;
  if (delivery.operation == DeliveryOperation::update && !exists) delivery.operation = DeliveryOperation::create;
}

void OutboxLane::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    auto wake = Steady::now() + std::chrono::minutes(1);
    Queue* queue = next_queue(Steady::now(), wake);
    if (queue == nullptr) {
      changed_.wait_until(lock, wake);
      continue;
    }
    queue->front().under_way = true;
    Delivery delivery = queue->front().delivery;
    address(delivery);
    absl::StatusOr<Delivered> outcome =
        failed_precondition("{} has no message of {} to add this to", name_, delivery.thread);
    if (delivery.operation == DeliveryOperation::create || !delivery.external_ref.empty()) {
      lock.unlock();
      outcome = destination_->deliver(delivery);
      lock.lock();
    }
    conclude(*queue, outcome, lock);
  }
}

void OutboxLane::conclude(Queue& queue, const absl::StatusOr<Delivered>& outcome, std::unique_lock<std::mutex>& lock) {
  Waiting& head = queue.front();
  head.under_way = false;
  ++head.attempts;
  const auto now = Steady::now();
  const bool patient = now - head.first_offered < std::chrono::nanoseconds(settings_.give_up_after.ns);
  if (!outcome.ok() && can_help_to_try_again(outcome.status()) && patient) {
    const auto delay = retry_delay(head.attempts, settings_);
    head.not_before = now + delay;
    spdlog::warn("{} to {}: {}; next try in {}", to_string(head.delivery.id), name_, message_of(outcome.status()),
                 for_people(nanoseconds(delay.count())));
    return;
  }
  const Waiting done = std::move(head);
  queue.pop_front();
  --waiting_;
  const std::string thread = done.delivery.thread;
  if (queue.empty()) queues_.erase(thread);
  DeliveryReport report{.id = done.delivery.id, .delivered = outcome.ok()};
  if (outcome.ok()) {
    report.external_ref = outcome->external_ref;
    report.url = outcome->url;
    if (!outcome->external_ref.empty() && known_refs_.size() < kMostRefs) known_refs_[thread] = outcome->external_ref;
  } else {
    report.error = fmt::format("given up after {} tries: {}", done.attempts, message_of(outcome.status()));
    spdlog::error("{} to {}: {}", to_string(done.delivery.id), name_, report.error);
  }
  lock.unlock();
  for (const NotificationId older : done.replaced) {
    report.id = older;
    on_report_(report);
  }
  report.id = done.delivery.id;
  on_report_(report);
  lock.lock();
}

}  // namespace nightjar
