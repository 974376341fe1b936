#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/client.h"

namespace nightjar {

// Reads the plan first and sends its hash along: what is approved is exactly what was there a moment ago.
int command_decide(const Remote& remote, const std::string& verb, const std::string& action,
                   const std::string& reason) {
  const auto listed = ask({remote.url, {}, true}, "/api/v1/actions");
  if (!listed.ok()) return fail(listed.status());
  for (const auto& known : listed->value("actions", nlohmann::json::array())) {
    if (text_of(known, "id") != action) continue;
    const nlohmann::json body = {{"plan_hash", text_of(known, "plan_hash")}, {"reason", reason}};
    const auto answer = ask(remote, fmt::format("/api/v1/actions/{}/{}", action, verb), body.dump());
    if (!answer.ok()) return fail(answer.status());
    if (remote.json)
      fmt::print("{}\n", answer->dump());
    else
      fmt::print("{}: {}: {}\n", action, text_of(*answer, "state"), text_of(known, "text"));
    return 0;
  }
  return fail(not_found("no action {} in the last 24 hours; `nightjar incidents` lists what is open", action));
}

}  // namespace nightjar
