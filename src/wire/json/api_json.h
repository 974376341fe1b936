// wire/json/api_json.h
// Nouns as the HTTP API tells them (docs/api/openapi.yaml is the judge): times as RFC 3339 with milliseconds, ids as
// text, null where something is absent or unknown. Made for io/serve and the CLI; not what the journal keeps
// (wire/json/document_json.h). Pure, any thread. Include <nlohmann/json.hpp> to use the results.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "model/action.h"
#include "model/anomaly.h"
#include "model/change.h"
#include "model/incident.h"
#include "model/notification.h"
#include "model/rollup.h"
#include "model/ticket.h"

namespace nightjar {

// `actions` and `tickets` are those of this incident, in the order they are to be shown.
nlohmann::json api_incident(const Incident& incident, const std::vector<Action>& actions,
                            const std::vector<Ticket>& tickets);
nlohmann::json api_incident_summary(const Incident& incident);
nlohmann::json api_action(const Action& action);
nlohmann::json api_ticket(const Ticket& ticket);
nlohmann::json api_change(const Change& change);
// Of ServiceSummary: id, version, at, verdict.
nlohmann::json api_last_change(const Change& change);
nlohmann::json api_forecast(const Forecast& forecast);
nlohmann::json api_slo(const SloStatus& status);
// `over`: the time the counts cover, for rates; must be positive.
nlohmann::json api_dependency(const DependencyKey& key, const DependencyCounts& counts, Duration over);

enum class DeliveryState : std::uint8_t { pending, sent, failed };
std::string_view word(DeliveryState state);
// `kind` is the destination's: slack, email, ticket.
nlohmann::json api_notification(const Delivery& delivery, std::string_view kind, DeliveryState state, Timestamp at,
                                std::string_view external_ref);

nlohmann::json api_error(std::string_view code, std::string_view message);

// Building blocks that io/serve needs for shapes of its own.
nlohmann::json api_time(Timestamp t);  // null when unset
nlohmann::json api_time(const std::optional<Timestamp>& t);
nlohmann::json api_text(std::string_view text);                     // null when empty
nlohmann::json api_number(double value);                            // null when not finite: JSON has no such number
nlohmann::json api_p95_ms(const DurationSketch& durations);         // null when empty
nlohmann::json api_ratio(std::uint64_t part, std::uint64_t whole);  // null when whole is 0
double per_second(std::uint64_t count, Duration over);
std::string api_fingerprint(StatementId statement);  // sixteen hexadecimal digits

}  // namespace nightjar
