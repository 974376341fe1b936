#include "run/live/serve.h"
#include "base/text.h"
#include "cli/commands.h"

namespace nightjar {

int command_serve(const std::string& config, const std::string& console_dir) {
  const auto settings = read_settings(config);
  if (!settings.ok()) {
    fmt::print(stderr, "{}\n", message_of(settings.status()));
    return 2;
  }
  return run_serve(*settings, {console_dir});
}

}  // namespace nightjar
