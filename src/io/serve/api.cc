#include "io/serve/api.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/net/metrics_text.h"
#include "io/serve/api_request.h"
#include "io/serve/views.h"
#include "wire/json/api_json.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;
// Each handler holds it: answers come late, from other threads.
using Sources = std::shared_ptr<const ApiSources>;

// {"incidents": [...]}: a list in the range that was asked for.
template <class List, class Describe>
Read list_in_range(const Sources& sources, const char* name, List list, Describe describe) {
  return [sources, name, list, describe](const HttpRequest& request) -> absl::StatusOr<Json> {
    const auto range = asked_range(request, sources->clock.now());
    if (!range.ok()) return range.status();
    const auto limit = asked_limit(request);
    if (!limit.ok()) return limit.status();
    auto nouns = list(*range, *limit);
    if (!nouns.ok()) return nouns.status();
    Json array = Json::array();
    for (const auto& noun : *nouns) array.push_back(describe(noun));
    return Json{{name, array}};
  };
}

absl::StatusOr<Json> read_incident(const ApiSources& sources, const HttpRequest& request) {
  auto incident = sources.records.incident(parse_id<IncidentTag>(request.parameters.at("id")));
  if (!incident.ok()) return incident.status();
  auto actions = sources.records.actions_of(incident->id);
  if (!actions.ok()) return actions.status();
  auto tickets = sources.records.tickets_of(incident->id);
  if (!tickets.ok()) return tickets.status();
  return api_incident(*incident, *actions, *tickets);
}

std::string_view notification_kind(const EngineConfig& config, const std::string& destination) {
  const auto kind = config.destination_kinds.find(destination);
  if (kind == config.destination_kinds.end()) return "slack";
  return kind->second == "github_issues" ? std::string_view("ticket") : std::string_view(kind->second);
}

Json describe_notification(const ApiSources& sources, const NotificationRecord& record) {
  const DeliveryState state = !record.reported   ? DeliveryState::pending
                              : record.delivered ? DeliveryState::sent
                                                 : DeliveryState::failed;
  return api_notification(record.delivery, notification_kind(sources.config, record.delivery.destination), state,
                          record.at, record.external_ref);
}

Json health(const ApiSources& sources) {
  const LiveStatus& status = sources.status;
  return {{"status", "ok"},
          {"version", sources.version},
          {"engine_time", to_rfc3339({status.engine_time_ns.load()})},
          {"journal_sequence", status.journal_sequence.load()},
          {"hand", status.hand_connected ? "connected" : "absent"},
          {"kill_switch", status.kill_switch.load()}};
}

std::string own_metrics(const ApiSources& sources) {
  const LiveStatus& status = sources.status;
  MetricsText text;
  text.gauge("nightjar_build_info", "Always 1; the version is in the label.").value(1, {{"version", sources.version}});
  text.gauge("nightjar_journal_sequence", "Newest durable input.")
      .value(static_cast<double>(status.journal_sequence.load()));
  text.gauge("nightjar_applied_sequence", "Newest input whose effects are saved.")
      .value(static_cast<double>(status.applied_sequence()));
  text.gauge("nightjar_engine_time_seconds", "Engine time of the newest input applied.")
      .value(static_cast<double>(status.engine_time_ns.load()) * 1e-9);
  text.gauge("nightjar_hand_connected", "1 while the process that acts is connected.")
      .value(status.hand_connected ? 1 : 0);
  text.gauge("nightjar_kill_switch", "1 while people have stopped all automatic actions.")
      .value(status.kill_switch ? 1 : 0);
  text.gauge("nightjar_stream_readers", "Open consoles.").value(static_cast<double>(sources.feed.readers()));
  text.counter("nightjar_rollup_values_damaged_total", "Stored values that could not be read.")
      .value(static_cast<double>(sources.rollups.damaged()));
  std::string all = text.text();
  for (const auto& more : sources.metrics) all += more();
  return all;
}

void add_lists(Router& router, const Sources& sources) {
  const Records& records = sources->records;
  add_read_route(
      router, sources->pool, "/api/v1/incidents",
      list_in_range(
          sources, "incidents", [&records](TimeRange range, int limit) { return records.incidents(range, limit); },
          api_incident_summary));
  add_read_route(router, sources->pool, "/api/v1/changes",
                 list_in_range(
                     sources, "changes",
                     [&records](TimeRange range, int limit) { return records.changes(range, limit); }, api_change));
  add_read_route(router, sources->pool, "/api/v1/actions",
                 list_in_range(
                     sources, "actions",
                     [&records](TimeRange range, int limit) { return records.actions(range, limit); }, api_action));
  add_read_route(router, sources->pool, "/api/v1/tickets",
                 list_in_range(
                     sources, "tickets",
                     [&records](TimeRange range, int limit) { return records.tickets(range, limit); }, api_ticket));
  add_read_route(router, sources->pool, "/api/v1/notifications",
                 list_in_range(
                     sources, "notifications",
                     [&records](TimeRange range, int limit) { return records.notifications(range, limit); },
                     [sources](const NotificationRecord& record) { return describe_notification(*sources, record); }));
  add_read_route(router, sources->pool, "/api/v1/incidents/{id}",
                 [sources](const HttpRequest& request) { return read_incident(*sources, request); });
}

void add_views(Router& router, const Sources& sources) {
  add_read_route(router, sources->pool, "/api/v1/night", [sources](const HttpRequest& request) -> absl::StatusOr<Json> {
    const auto range = asked_range(request, sources->clock.now());
    if (!range.ok()) return range.status();
    return view_night(*sources, *range);
  });
  add_read_route(router, sources->pool, "/api/v1/services",
                 [sources](const HttpRequest&) { return view_services(*sources); });
  add_read_route(router, sources->pool, "/api/v1/services/{name}",
                 [sources](const HttpRequest& request) -> absl::StatusOr<Json> {
                   const auto range = asked_range(request, sources->clock.now());
                   if (!range.ok()) return range.status();
                   return view_service(*sources, {request.parameters.at("name")}, *range);
                 });
  add_read_route(router, sources->pool, "/api/v1/map", [sources](const HttpRequest&) { return view_map(*sources); });
}

}  // namespace

void add_api_routes(Router& router, ApiSources all) {
  const auto sources = std::make_shared<const ApiSources>(std::move(all));
  add_lists(router, sources);
  add_views(router, sources);
  // These read nothing from a disk and answer at once, also while the reading pool is busy.
  router.add({"GET", "/healthz", [sources](auto, Responder responder) {
                if (!sources->status.ready) {
                  HttpAnswer starting =
                      answer_for(unavailable("starting: the journal is being replayed; ask again in a moment"));
                  return responder.answer(std::move(starting));
                }
                responder.answer(json_answer(200, to_text(health(*sources))));
              }});
  // For orchestrators: 200 once what was accepted before the restart is known again and the doors take more.
  router.add({"GET", "/readyz", [sources](auto, Responder responder) {
                if (!sources->status.ready)
                  return responder.answer(
                      answer_for(unavailable("not ready: the journal is being replayed; ask again in a moment")));
                responder.answer(json_answer(200, R"({"status":"ready"})"));
              }});
  router.add({"GET", "/metrics", [sources](auto, Responder responder) {
                responder.answer({200, "text/plain; version=0.0.4; charset=utf-8", own_metrics(*sources), {}});
              }});
  router.add({"GET", "/api/v1/stream", [sources](auto, Responder responder) { sources->feed.add_reader(responder); }});
}

}  // namespace nightjar
