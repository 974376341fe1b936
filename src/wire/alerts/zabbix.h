// wire/alerts/zabbix.h
// Zabbix's webhook with the script of docs/senders.md -> one Alert. Identity: trigger and host, so that a flapping
// trigger is one alert; without them the event. An update (acknowledged, commented, severity changed) is ignored: the
// problem goes on. Called by io/receive. Pure, any thread. Source: Zabbix's documentation, supported macros.
#pragma once

#include "wire/alerts/received.h"

namespace nightjar {

absl::StatusOr<ReceivedAlerts> parse_zabbix(std::string_view body, Timestamp received_at,
                                            const AlertLimits& limits = {});

}  // namespace nightjar
