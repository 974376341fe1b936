#include "wire/alerts/received.h"

#include "base/hash.h"

namespace nightjar {

ReceivedAlerts one_alert(Alert alert) {
  ReceivedAlerts received;
  received.alerts.push_back(std::move(alert));
  return received;
}

ReceivedAlerts ignored_because(std::string_view why) {
  ReceivedAlerts received;
  received.ignored = why;
  return received;
}

std::uint64_t alert_fingerprint(const Attributes& sorted_labels) {
  std::uint64_t hash = stable_hash("alert");
  for (const auto& [name, value] : sorted_labels)
    hash = combine_hash(combine_hash(hash, stable_hash(name)), stable_hash(value));
  return hash;
}

}  // namespace nightjar
