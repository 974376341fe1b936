// model/alert.h
// An alert as another tool raised it. Its fingerprint is the same each time it comes; an episode is fingerprint +
// starts_at.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "model/ids.h"
#include "model/signals.h"

namespace nightjar {

struct Alert {
  std::uint64_t fingerprint =
      0;                // stable hash of what identifies it: all labels for Prometheus, else the sender's own id
  std::string name;     // alertname
  ServiceName service;  // from service, service_name, job …; "" unknown
  InstanceName instance;
  std::string severity;  // as the sender says it
  std::string summary;
  std::string sender;  // "alertmanager", "prometheus", "grafana", "pagerduty", "datadog" …
  Attributes labels, annotations;
  Timestamp starts_at;
  std::optional<Timestamp> ends_at;  // resolved at; absent: firing
  std::string generator_url;
};

}  // namespace nightjar
