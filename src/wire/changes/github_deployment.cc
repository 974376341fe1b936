#include "wire/changes/github_deployment.h"

#include <nlohmann/json.hpp>

#include "wire/json/foreign.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "v2.4.1" and "2.4.1" -> "2.4.1"; "" when it is no version: a version starts with a digit and has a dot.
std::string_view version_in(std::string_view text) {
  if (text.size() > 1 && text.front() == 'v' && is_digit(text[1])) text.remove_prefix(1);
  return !text.empty() && is_digit(text.front()) && text.find('.') != std::string_view::npos ? text
                                                                                             : std::string_view();
}

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

ServiceVersion read_ref(std::string_view ref) {
  for (std::string_view prefix : {"refs/tags/", "refs/heads/"})
    if (ref.starts_with(prefix)) ref.remove_prefix(prefix.size());
  if (const std::string_view version = version_in(ref); !version.empty()) return {"", std::string(version)};
  // The last separator with a version behind it; '@' and '/' before '-', which names and versions contain too.
  for (const char separator : {'@', '/', '-'})
    for (std::size_t i = 1; i + 1 < ref.size(); ++i)
      if (ref[i] == separator)
        if (const std::string_view version = version_in(ref.substr(i + 1)); !version.empty())
          return {std::string(ref.substr(0, i)), std::string(version)};
  return {};
}

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
