#include "io/send/outbox.h"

#include "io/send/outbox_lane.h"

namespace nightjar {

Outbox::Outbox(std::map<std::string, std::unique_ptr<Destination>> destinations, OnReport on_report,
               OutboxSettings settings)
    : on_report_(std::move(on_report)) {
  for (auto& [name, destination] : destinations) {
    lanes_[name] = std::make_unique<OutboxLane>(name, std::move(destination), on_report_, settings);
  }
}

Outbox::~Outbox() {
  // First tell all, then wait for each: the waits overlap.
  for (auto& [name, lane] : lanes_) lane->stop();
}

void Outbox::offer(const Delivery& delivery) {
  const auto lane = lanes_.find(delivery.destination);
  if (lane != lanes_.end()) return lane->second->offer(delivery);
  on_report_({delivery.id, false, "", "",
              fmt::format("no destination is called \"{}\"; add it to nightjar.yaml", delivery.destination)});
}

void Outbox::know(const std::string& destination, const std::string& thread, const std::string& external_ref) {
  const auto lane = lanes_.find(destination);
  if (lane != lanes_.end()) lane->second->know(thread, external_ref);
}

std::size_t Outbox::waiting() const {
  std::size_t total = 0;
  for (const auto& [name, lane] : lanes_) total += lane->waiting();
  return total;
}

}  // namespace nightjar
