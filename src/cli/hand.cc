#include <unistd.h>

#include "base/text.h"
#include "cli/commands.h"
#include "io/act/run_hand.h"
#include "run/setup/settings.h"

namespace nightjar {

int command_hand(const std::string& config) {
  const auto settings = read_settings(config);
  if (!settings.ok()) {
    fmt::print(stderr, "{}\n", message_of(settings.status()));
    return 2;
  }
  if (settings->hand.catalogue.empty()) {
    fmt::print(stderr, "{}: hand has no catalogue: without a list of what may be done it does nothing\n", config);
    return 2;
  }
  HandSettings hand;
  hand.folder = settings->data_dir + "/hand";
  hand.socket = settings->hand.socket;
  hand.catalogue = settings->hand.catalogue;
  hand.actions_per_15m = settings->hand.actions_per_15m;
  for (const PersonSettings& person : settings->people) hand.people.insert(person.name);
  hand.serve_user = ::geteuid();
  return run_hand(hand);
}

}  // namespace nightjar
