// wire/prometheus/owner.h
// Who a series is about, read off its labels: the same for everything that comes in Prometheus' words, whether it was
// written to us or scraped by us. Used inside wire/prometheus only. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
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

// One Signals for each owner, in order of first appearance.
class SignalsByOwner {
 public:
  // Index of the owner's Signals; made when it is new. The views are borrowed for the call.
  std::size_t at(const Owner& owner);
  Signals& operator[](std::size_t index) { return all_[index]; }
  // Once, at the end: owners that were left without a point go.
  std::vector<Signals> take();

 private:
  using Key = std::pair<std::string, std::string>;
  struct Before {
    using is_transparent = void;
    static std::pair<std::string_view, std::string_view> view(const Owner& owner) {
      return {owner.service, owner.instance};
    }
    static std::pair<std::string_view, std::string_view> view(const Key& key) { return {key.first, key.second}; }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return view(a) < view(b);
    }
  };
  std::map<Key, std::size_t, Before> places_;  // indexes in all_
  std::vector<Signals> all_;
};

}  // namespace nightjar::prometheus
