// wire/prometheus/owner.h
// Who a series is about, read off its labels: the same for everything that comes in Prometheus' words, whether it was
// written to us or scraped by us. Used inside wire/prometheus only. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "model/signals.h"
#include "wire/prometheus/series.h"

namespace nightjar::prometheus {

// "" when there is no such label.
std::string_view find_label(const std::vector<Label>& labels, std::string_view name);
// All labels but the name, sorted by name. An empty value is Prometheus' way of saying that there is no such label.
Attributes attributes_of(const std::vector<Label>& labels);

// The (service, instance) of a series: service_name, service or job, and instance. The Collector writes
// job = namespace/name and instance = service.instance.id.
struct Owner {
  std::string_view service, instance;
};
Owner owner_of(const std::vector<Label>& labels);

}  // namespace nightjar::prometheus
