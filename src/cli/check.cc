#include "base/text.h"
#include "cli/commands.h"
#include "io/act/catalogue.h"
#include "run/setup/settings.h"

namespace nightjar {

int command_check(const std::string& config) {
  const auto settings = read_settings(config);
  if (!settings.ok()) {
    fmt::print(stderr, "{}\n", message_of(settings.status()));
    return 2;
  }
  std::size_t runbooks = 0;
  if (!settings->hand.catalogue.empty()) {
    const auto catalogue = read_catalogue(settings->hand.catalogue);
    if (!catalogue.ok()) {
      fmt::print(stderr, "{}\n", message_of(catalogue.status()));
      return 2;
    }
    runbooks = catalogue->size();
  }
  fmt::print("{}: ok: {} policies, {} runbooks, {} destinations, {} routes, {} people, {} objectives\n", config,
             settings->engine.policies.size(), runbooks, settings->destinations.size(), settings->engine.routes.size(),
             settings->people.size(), settings->engine.slos.size());
  return 0;
}

}  // namespace nightjar
