// engine/world/service_graph.h
// Who calls whom, learnt from plain traces, and how far two services are apart. Going *through* a node of degree g
// costs 1 + max(0, log2(g/8)), so that a shared database or DNS does not glue everything together. A dependency not
// seen for a day is forgotten.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "model/rollup.h"

namespace nightjar {

struct DependencySeen {
  Timestamp first, last;
  std::uint64_t calls = 0;
};

class ServiceGraph {
 public:
  void add(const DependencyKey& key, const DependencyCounts& counts, Timestamp at);
  const std::map<DependencyKey, DependencySeen>& dependencies() const { return dependencies_; }

  std::set<ServiceName> callees(const ServiceName& service) const;
  std::set<ServiceName> callers(const ServiceName& service) const;
  // The service and everything it calls, directly or not.
  std::set<ServiceName> downstream(const ServiceName& service) const;
  // The service and everything that calls it, directly or not.
  std::set<ServiceName> upstream(const ServiceName& service) const;
  // Services that nobody calls: where users come in.
  std::set<ServiceName> edges() const;

  // Hub-discounted distance, direction ignored; nullopt beyond `radius` or when either is unknown.
  std::optional<double> distance(const ServiceName& a, const ServiceName& b, double radius = 4) const;
  // Share of all services that lie within whole distance d of `from` (d = 0..4): what a random pair would look like.
  double share_at(const ServiceName& from, int d) const;
  bool knows(const ServiceName& service) const { return neighbours_.contains(service); }
  std::size_t size() const { return neighbours_.size(); }

  template <class Archive>
  void carry(Archive& archive) {
    archive(dependencies_, neighbours_, callees_, callers_);
  }

 private:
  std::map<ServiceName, double> distances_from(const ServiceName& from, double radius) const;
  std::map<DependencyKey, DependencySeen> dependencies_;
  std::map<ServiceName, std::set<ServiceName>> neighbours_, callees_, callers_;
};

}  // namespace nightjar
