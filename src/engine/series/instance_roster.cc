#include "engine/series/instance_roster.h"

namespace nightjar {
namespace {
constexpr Duration kHandOver = minutes(10), kForgotten = days(2);

void see(Presence& presence, Timestamp window_start) {
  if (!presence.first) presence.first = window_start;
  presence.last = window_start;
}
}  // namespace

void InstanceRoster::observe(const WindowSamples& samples, Timestamp window_start) {
  for (const RequestSample& sample : samples.requests) {
    Service& service = services_[sample.service];
    see(service.presence, window_start);
    service.last_request = window_start;
    if (!sample.instance.empty()) see(service.instances[sample.instance], window_start);
  }
  for (const PatternSample& sample : samples.patterns) see(services_[sample.service].presence, window_start);
  for (auto& [name, service] : services_)
    std::erase_if(service.instances, [&](const auto& entry) { return window_start - entry.second.last > kForgotten; });
  std::erase_if(services_, [&](const auto& entry) { return window_start - entry.second.presence.last > kForgotten; });
}

bool InstanceRoster::was_replaced(const ServiceName& service, const InstanceName& instance) const {
  const auto found = services_.find(service);
  if (found == services_.end()) return false;
  const auto gone = found->second.instances.find(instance);
  if (gone == found->second.instances.end()) return false;
  for (const auto& [other, presence] : found->second.instances)
    if (other != instance && presence.first > gone->second.last - kHandOver && presence.first > gone->second.first)
      return true;
  return false;
}

Timestamp InstanceRoster::service_since(const ServiceName& service) const {
  const auto found = services_.find(service);
  return found == services_.end() ? Timestamp{} : found->second.presence.first;
}

bool InstanceRoster::served_in(const ServiceName& service, Timestamp window_start) const {
  const auto found = services_.find(service);
  return found != services_.end() && found->second.last_request == window_start;
}

}  // namespace nightjar
