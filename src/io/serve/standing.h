// io/serve/standing.h
// How every service stands now: what its last minutes were, what was expected, what the engine holds against it. Read
// once and shared by the night, the table of services, the service page and the map. No judgement of its own: who is
// ill is what open incidents say.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <absl/status/statusor.h>
#include <nlohmann/json_fwd.hpp>

#include "io/serve/api_sources.h"

namespace nightjar {

enum class Health { ok, degraded, ill, silent, learning };
std::string_view word(Health health);

struct Standings {
  TimeRange recent;   // what "now" means: the last five closed minutes
  Duration observed;  // how much of it was; at least one second, so that rates have something to divide by
  std::map<ServiceName, ServiceActivity> services;
  std::map<ServiceName, Change> last_changes;
  std::map<ServiceName, DataQuality> data_quality;
  std::vector<SloStatus> slos;
  std::vector<Incident> open;      // newest first; open or mitigated
  std::set<ServiceName> ill;       // where an open incident believes the fault to be
  std::set<ServiceName> degraded;  // with an open symptom of one
};

absl::StatusOr<Standings> read_standings(const ApiSources& sources);
// `expected`: Rollups::expected_now of this service.
Health health_of(const Standings& standings, const ServiceName& service,
                 const std::map<Measure, Expectation>& expected);

// The fields that the table of services and the service page share, with `instances` as their number.
nlohmann::json service_fields(const ApiSources& sources, const Standings& standings, const ServiceName& service,
                              const std::map<Measure, Expectation>& expected);

}  // namespace nightjar
