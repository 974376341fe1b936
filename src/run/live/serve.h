// run/live/serve.h
// The whole of `nightjar serve`: opens what is remembered, comes back to where it was, opens the doors, and works until
// SIGTERM or SIGINT. Called by cli/serve on the main thread.
#pragma once

#include "run/setup/settings.h"

namespace nightjar {

struct ServeOptions {
  std::string console_dir;  // serve the console's files from here instead of the binary; "" none
};

// Exit code: 0 stopped as asked, 1 failed (said in one line what to do), 2 wrong configuration.
int run_serve(const Settings& settings, const ServeOptions& options);

}  // namespace nightjar
