// io/receive/inbox.h
// The seam between those who bring (io/receive, the commands of io/serve) and run/live, which numbers, journals and
// steps. Implemented by run/live; any thread may offer.
#pragma once

#include <functional>

#include <absl/status/status.h>

#include "model/ids.h"
#include "model/input.h"

namespace nightjar {

// control: commands, alerts, changes, reports. They have reserved room and are never refused because of signals.
enum class Priority { signals, control };

class Inbox {
 public:
  virtual ~Inbox() = default;
  // Takes an input. `done` is called exactly once, on any thread, perhaps before this returns: OK and the input's
  // sequence when it is durable in the journal; unavailable when it was refused (overload, disk full, starting) and
  // nothing of it was kept. Never blocks.
  virtual void offer(InputBody body, Priority priority, std::function<void(absl::Status, Sequence)> done) = 0;
};

}  // namespace nightjar
