// What io/serve tells about services, forecasts and messages, and the small parts all shapes are made of.
#include <cmath>

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "wire/json/api_json.h"
#include "wire/json/words.h"

namespace nightjar {

nlohmann::json api_time(Timestamp t) { return t ? nlohmann::json(to_rfc3339(t)) : nlohmann::json(); }

nlohmann::json api_time(const std::optional<Timestamp>& t) { return t ? api_time(*t) : nlohmann::json(); }

nlohmann::json api_text(std::string_view text) { return text.empty() ? nlohmann::json() : nlohmann::json(text); }

nlohmann::json api_number(double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(); }

nlohmann::json api_p95_ms(const DurationSketch& durations) {
  return durations.count() == 0 ? nlohmann::json() : nlohmann::json(durations.quantile_ns(0.95) * 1e-6);
}

nlohmann::json api_ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? nlohmann::json() : nlohmann::json(static_cast<double>(part) / static_cast<double>(whole));
}

double per_second(std::uint64_t count, Duration over) {
  CHECK(over.ns > 0);
  return static_cast<double>(count) / over.seconds();
}

std::string api_fingerprint(StatementId statement) { return fmt::format("{:016x}", statement.value); }

nlohmann::json api_error(std::string_view code, std::string_view message) {
  return {{"error", {{"code", code}, {"message", message}}}};
}

nlohmann::json api_forecast(const Forecast& forecast) {
  return {{"id", to_string(forecast.series.id())},
          {"kind", word(forecast.kind)},
          {"service", forecast.series.service.value},
          {"text", forecast.text},
          {"due_at", api_time(forecast.eta)},
          {"due_earliest_at", api_time(forecast.eta_low)},
          {"due_latest_at", api_time(forecast.eta_high)},
          {"made_at", api_time(forecast.made_at)}};
}

nlohmann::json api_slo(const SloStatus& status) {
  const bool known = status.state != SloState::not_enough_data;
  return {{"name", status.name},
          {"objective", status.objective},
          {"budget_left", known ? api_number(status.budget_left) : nlohmann::json()},
          {"burn_1h", known ? api_number(status.burn_1h) : nlohmann::json()},
          {"state", word(status.state)}};
}

nlohmann::json api_dependency(const DependencyKey& key, const DependencyCounts& counts, Duration over) {
  return {{"caller", key.caller.value},
          {"callee", key.callee.value},
          {"kind", word(key.kind)},
          {"calls_per_second", per_second(counts.calls, over)},
          {"error_ratio", api_ratio(counts.errors, counts.calls)},
          {"p95_ms", api_p95_ms(counts.durations)}};
}

std::string_view word(DeliveryState state) {
  switch (state) {
    case DeliveryState::pending:
      return "pending";
    case DeliveryState::sent:
      return "sent";
    case DeliveryState::failed:
      return "failed";
  }
  return {};
}

nlohmann::json api_notification(const Delivery& delivery, std::string_view kind, DeliveryState state, Timestamp at,
                                std::string_view external_ref) {
  std::string text = delivery.message.title;
  for (const std::string& paragraph : delivery.message.paragraphs) text += (text.empty() ? "" : "\n") + paragraph;
  return {{"id", to_string(delivery.id)},
          {"incident_id", delivery.incident ? nlohmann::json(to_string(delivery.incident)) : nlohmann::json()},
          {"destination", delivery.destination},
          {"kind", kind},
          {"operation", word(delivery.operation)},
          {"reason", word(delivery.reason)},
          {"state", word(state)},
          {"at", api_time(at)},
          {"text", text},
          {"external_ref", api_text(external_ref)}};
}

}  // namespace nightjar
