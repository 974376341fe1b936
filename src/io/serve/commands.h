// io/serve/commands.h
// What people ask for: approve, reject, acknowledge, kill switch; by bearer token or by a signed link. A command is an
// Input: it is offered to run/live, durable before it is answered, and judged by the engine. What is checked here
// (role, plan, state) only saves people a wait; the engine and hand check again.
#pragma once

#include <functional>
#include <string>

#include "io/net/clock.h"
#include "io/net/live_status.h"
#include "io/net/router.h"
#include "io/net/work_pool.h"
#include "io/serve/people.h"
#include "model/command.h"
#include "store/records/records.h"

namespace nightjar {

// To the Inbox of io/receive as CommandArrived with Priority::control; `done` exactly once, OK when durable.
using OfferCommand = std::function<void(Command command, std::function<void(absl::Status, Sequence)> done)>;

struct CommandRoutes {
  const Records& records;
  LiveStatus& status;
  const Clock& clock;
  const People& people;
  WorkPool& pool;  // reads, and waits for a command to be applied
  OfferCommand offer;
  std::string link_secret;         // "": signed links are refused
  Duration patience = seconds(5);  // for the engine to apply a durable command
};

// What `routes` refers to outlives the server; `routes` itself is copied.
void add_command_routes(Router& router, CommandRoutes routes);

}  // namespace nightjar
