// wire/alerts/labelled_alert.h
// One alert of Prometheus's kind, as Prometheus, Alertmanager and Grafana send it: labels that are its identity,
// annotations, startsAt, endsAt, generatorURL. Used only inside this room's .cc files; pure.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "wire/alerts/received.h"

namespace nightjar {

// Fills `alert`. Returns what is wrong with it, or "".
std::string read_labelled_alert(const nlohmann::json& item, std::string_view sender, Timestamp received_at,
                                const AlertLimits& limits, Alert& alert);

// The same in a webhook's body `whole`, where the item, else the whole, says whether it is "firing" or "resolved".
std::string read_webhook_alert(const nlohmann::json& whole, const nlohmann::json& item, std::string_view sender,
                               Timestamp received_at, const AlertLimits& limits, Alert& alert);

}  // namespace nightjar
