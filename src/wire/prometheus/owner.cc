#include "wire/prometheus/owner.h"

#include <algorithm>

#include "base/text.h"
#include "wire/limits.h"

namespace nightjar::prometheus {
namespace {

Resource resource_of(const Owner& owner) {
  Resource resource;
  resource.service.value = cut(owner.service, kValueBytes);
  resource.instance.value = cut(owner.instance, kValueBytes);
  if (!owner.instance.empty()) resource.attributes.emplace_back("service.instance.id", resource.instance.value);
  resource.attributes.emplace_back("service.name", resource.service.value);
  return resource;
}

}  // namespace

std::string_view find_label(const std::vector<Label>& labels, std::string_view name) {
  for (const Label& label : labels) {
    if (label.name == name) return label.value;
  }
  return {};
}

Attributes attributes_of(const std::vector<Label>& labels) {
  Attributes attributes;
  attributes.reserve(labels.size());
  for (const Label& label : labels) {
    if (label.name == "__name__" || label.value.empty()) continue;
    attributes.emplace_back(std::string(label.name), cut(label.value, kValueBytes));
  }
  if (!std::is_sorted(attributes.begin(), attributes.end())) std::sort(attributes.begin(), attributes.end());
  return attributes;
}

Owner owner_of(const std::vector<Label>& labels) {
  Owner owner{"unknown_service", find_label(labels, kInstanceLabel)};
  for (std::string_view name : kServiceLabels) {
    const std::string_view service = find_label(labels, name);
    if (service.empty()) continue;
    owner.service = service;
    break;
  }
  return owner;
}

std::size_t SignalsByOwner::at(const Owner& owner) {
  if (const auto known = places_.find(owner); known != places_.end()) return known->second;
  places_.emplace(Key(owner.service, owner.instance), all_.size());
  all_.push_back({.resource = resource_of(owner)});
  return all_.size() - 1;
}

std::vector<Signals> SignalsByOwner::take() {
  std::erase_if(all_, [](const Signals& signals) { return signals.metrics.empty(); });
  return std::move(all_);
}

}  // namespace nightjar::prometheus
