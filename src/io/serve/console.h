// io/serve/console.h
// The web console's files: from the binary, or from a folder while somebody works on them (--console-dir). index.html
// for every path that is neither a file nor the API, so that the console's own addresses can be shared.
#pragma once

#include <string>

#include "io/net/router.h"
#include "io/net/work_pool.h"

namespace nightjar {

// The router's fallback. `directory` "": from the binary. `pool` reads the folder's files.
void set_console(Router& router, std::string directory, WorkPool& pool);

// Headers for every answer of the port: no inline script or style, nothing from elsewhere, no framing.
HttpHeaders security_headers();

}  // namespace nightjar
