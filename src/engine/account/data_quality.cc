#include "engine/account/data_quality.h"

#include "base/text.h"

namespace nightjar {
namespace {

struct Seen {
  std::uint64_t requests = 0, without_version = 0, without_instance = 0, other_operation = 0;
};

void blame(DataQuality& quality, std::uint64_t part, std::uint64_t whole, double weight, std::string_view what) {
  if (part == 0 || whole == 0) return;
  const double share = static_cast<double>(part) / static_cast<double>(whole);
  quality.score -= weight * share;
  quality.findings.push_back(fmt::format("{} of its requests {}", percent(share), what));
}

}  // namespace

std::vector<DataQuality> data_quality(const World& world) {
  std::map<ServiceName, Seen> seen;
  world.history.for_each({world.history.end() - minutes(5), world.history.end()}, [&](const WindowRollups& rollups) {
    for (const RequestRollup& request : rollups.requests) {
      Seen& service = seen[request.key.service];
      const std::uint64_t requests = request.counts.requests;
      service.requests += requests;
      if (request.key.version.empty()) service.without_version += requests;
      if (request.key.instance.empty()) service.without_instance += requests;
      if (request.key.operation == "(other)") service.other_operation += requests;
    }
  });
  std::vector<DataQuality> all;
  for (const auto& [service, counted] : seen) {
    DataQuality quality;
    quality.service = service;
    blame(quality, counted.without_version, counted.requests, 0.4,
          "name no service.version: set it, or a bad release cannot be told from a good one");
    blame(quality, counted.without_instance, counted.requests, 0.3,
          "name no service.instance.id: set it, or old and new cannot be compared");
    blame(quality, counted.other_operation, counted.requests, 0.2,
          "are in operations beyond the cap: use http.route instead of raw paths");
    if (service.value == "unknown_service") quality.score -= 0.3, quality.findings.push_back("no service.name: set it");
    quality.score = std::max(0.0, quality.score);
    all.push_back(std::move(quality));
  }
  return all;
}

}  // namespace nightjar
