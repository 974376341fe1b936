// engine/correlate/alert_severity.h
// How bad an alert is, from the word its sender uses: Prometheus's labels, PagerDuty's severities, Datadog's P1,
// Azure's Sev0, Zabbix's Disaster, Sentry's fatal. Called by the Correlator when an alert opens or joins an incident.
// Pure.
#pragma once

#include <string_view>

#include "model/incident.h"

namespace nightjar {

// Whatever the case. Nothing said and a word nobody knows are a warning: worth a look, no reason to wake someone.
Severity severity_said(std::string_view word);

}  // namespace nightjar
