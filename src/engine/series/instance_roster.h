// engine/series/instance_roster.h
// Which instances of which service have served requests, since when and until when. Every lane keeps the whole roster
// (it is derived from the merged window), so what it says does not depend on the number of lanes. Used to tell a
// crashed instance from a replaced one. Lane's thread only.
#pragma once

#include <map>

#include "engine/detect/series_samples.h"

namespace nightjar {

struct Presence {
  Timestamp first, last;  // windows, by start; any sign of life
};

class InstanceRoster {
 public:
  void observe(const WindowSamples& samples, Timestamp window_start);

  // Another instance of the service began to serve after this one's last ten minutes: a rolling update or a move, not
  // a crash.
  bool was_replaced(const ServiceName& service, const InstanceName& instance) const;
  // First window in which the service was seen; none: 0.
  Timestamp service_since(const ServiceName& service) const;
  // Whether it answered any request in this window.
  bool served_in(const ServiceName& service, Timestamp window_start) const;

  struct Service {
    Presence presence;
    Timestamp last_request;
    std::map<InstanceName, Presence> instances;
  };
  const std::map<ServiceName, Service>& services() const { return services_; }
  template <class Archive>
  void carry(Archive& archive) {
    archive(services_);
  }

 private:
  std::map<ServiceName, Service> services_;
};

}  // namespace nightjar
