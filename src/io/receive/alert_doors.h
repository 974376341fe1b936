// io/receive/alert_doors.h
// Alerts of other tools: each door is a path, a decoder of wire/alerts and who may come in. POST /api/v2/alerts as a
// Prometheus sends it to an Alertmanager, POST /api/v1/webhooks/<sender> for the rest, and PagerDuty's own paths
// (pagerduty_doors). A bad alert costs only itself; 400 only when nothing of a body could be taken, and then the body
// is kept with the reason (door_ledger). Priority::control: never refused because of telemetry.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "io/receive/doorway.h"

namespace nightjar {

// Gets a document from Amazon SNS: a signing certificate, the answer to a confirmation. May block for seconds; called
// on the doorway's control pool. Must reach nothing but hosts that is_sns_url allows.
using FetchFromSns = std::function<absl::StatusOr<std::string>(const std::string& url)>;

struct AlertDoorSettings {
  std::string sentry_secret;                   // "": Sentry's door is closed
  std::vector<std::string> cloudwatch_topics;  // ARNs of SNS topics; empty: CloudWatch's door is closed to SNS
  bool cloudwatch_confirm = false;             // confirm subscriptions of those topics by ourselves
  FetchFromSns fetch_from_sns;                 // empty: no signature can be checked, so that door is closed too
};

void add_alert_routes(Router& router, Doorway& doorway, AlertDoorSettings settings = {});

}  // namespace nightjar
