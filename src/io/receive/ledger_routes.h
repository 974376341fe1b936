// io/receive/ledger_routes.h
// The ledger of the doors for people: GET /api/v1/refused with the last refused bodies and why, and its counters as
// Prometheus text for /metrics.
#pragma once

#include <string>

#include "io/net/router.h"
#include "io/receive/door_ledger.h"
#include "io/receive/kept_bodies.h"

namespace nightjar {

// With the bodies that are kept whole, under "kept". Both outlive the server.
void add_refused_route(Router& router, const DoorLedger& ledger, const KeptBodies& kept);
std::string ledger_metrics(const DoorLedger& ledger);
// Untrusted bytes for people: text as it is, every other byte as \\xNN, cut.
std::string printable(std::string_view bytes);

}  // namespace nightjar
