#include "wire/changes/github_deployment.h"

#include <nlohmann/json.hpp>

#include "wire/changes/named_version.h"
#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

// The payload as an object: GitHub keeps what the deployer gave, and some give text.
Json payload_of(const Json& deployment) {
  const Json& payload = foreign::at(deployment, {"payload"});
  if (const auto* text = payload.get_ptr<const std::string*>()) {
    auto parsed = parse_json(*text, "payload", {.body_bytes = 64u << 10, .depth = 16});
    return parsed.ok() ? *std::move(parsed) : Json();
  }
  return payload;
}

}  // namespace

void read_deployment_target(const Json& deployment, ChangeEvent& event) {
  const Json payload = payload_of(deployment);
  const ServiceVersion from_ref = read_ref(foreign::text(deployment, {"ref"}));
  event.environment = foreign::text(deployment, {"environment"});
  event.service = {foreign::text(payload, {"service"})};
  event.version = foreign::text(payload, {"version"});
  event.previous_version = foreign::text(payload, {"previous_version"});
  for (const char* key : {"intent", "caused_by"})
    if (const auto action = parse_id<ActionTag>(foreign::text(payload, {key}))) event.caused_by = action;

  if (event.service.empty()) {
    const std::string task = foreign::text(deployment, {"task"});
    if (task.starts_with("deploy:") || task.starts_with("deploy/")) event.service = {task.substr(7)};
  }
  if (event.service.empty()) event.service = {from_ref.service};
  if (const std::size_t slash = event.environment.rfind('/');
      slash != std::string::npos && slash > 0 && slash + 1 < event.environment.size()) {
    if (event.service.empty()) event.service = {event.environment.substr(slash + 1)};
    if (event.environment.substr(slash + 1) == event.service.value) event.environment.resize(slash);
  }
  if (event.version.empty()) event.version = from_ref.version;
  if (event.version.empty()) event.version = event.commit;
}

}  // namespace nightjar
