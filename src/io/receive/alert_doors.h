// io/receive/alert_doors.h
// Alerts of other tools, two doors: POST /api/v2/alerts as a Prometheus sends it to an Alertmanager, and POST
// /api/v1/webhooks/alertmanager as an Alertmanager (or Grafana) sends it to a webhook. A bad alert costs only itself;
// 400 only when nothing of a body could be taken. Priority::control: never refused because of telemetry.
#pragma once

#include "io/receive/doorway.h"

namespace nightjar {

void add_alert_routes(Router& router, Doorway& doorway);

}  // namespace nightjar
