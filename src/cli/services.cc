#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/client.h"

namespace nightjar {
namespace {

std::string number(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_number() ? "-" : three_digits(found->get<double>());
}

}  // namespace

int command_services(const Remote& remote) {
  const auto answer = ask(remote, "/api/v1/services");
  if (!answer.ok()) return fail(answer.status());
  if (remote.json) {
    fmt::print("{}\n", answer->dump());
    return 0;
  }
  fmt::print("{:<28} {:<9} {:>9} {:>9} {:>9}  {}\n", "SERVICE", "HEALTH", "REQ/S", "ERRORS", "P95 MS", "VERSIONS");
  for (const auto& service : answer->value("services", nlohmann::json::array())) {
    std::string versions;
    for (const auto& version : service.value("versions", nlohmann::json::array()))
      if (version.is_string()) versions += (versions.empty() ? "" : ", ") + for_terminal(version.get<std::string>());
    fmt::print("{:<28} {:<9} {:>9} {:>9} {:>9}  {}\n", text_of(service, "name"), text_of(service, "health"),
               number(service, "requests_per_second"),
               percent(service.value("error_ratio", nlohmann::json()).is_number() ? service["error_ratio"].get<double>()
                                                                                  : 0.0),
               number(service, "p95_ms"), versions);
  }
  return 0;
}

}  // namespace nightjar
