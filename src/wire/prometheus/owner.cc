#include "wire/prometheus/owner.h"

#include <algorithm>

#include "base/text.h"
#include "wire/limits.h"

namespace nightjar::prometheus {

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

}  // namespace nightjar::prometheus
