// io/receive/pagerduty_doors.h
// PagerDuty's Events API v2 under its own paths, POST /v2/enqueue and POST /v2/change/enqueue, answered in its own
// words (202 "Event processed", 400 "invalid event"), so that a sender changes one URL. Such senders have no header to
// set: where doors.tokens are configured, the routing key must be one of them. Internal to io/receive; called by
// alert_doors.
#pragma once

#include "io/receive/doorway.h"

namespace nightjar {

void add_pagerduty_routes(Router& router, Doorway& doorway);

}  // namespace nightjar
