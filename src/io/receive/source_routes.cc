#include "io/receive/source_routes.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/net/metrics_text.h"
#include "io/receive/ledger_routes.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

double in_seconds(Duration d) { return static_cast<double>(d.ns) * 1e-9; }

Json describe(const SourceTable::Source& source) {
  Json refused = Json::object();
  for (int why = 0; why < kRefusedWhys; ++why)
    if (const auto count = source.refused[static_cast<std::size_t>(why)]; count > 0)
      refused[std::string(word(static_cast<RefusedWhy>(why)))] = count;
  Json sample = nullptr;
  if (source.sample)
    sample = {{"at", to_rfc3339(source.sample->at)},
              {"why", source.sample->why},
              {"text", source.sample->text},
              {"beginning", printable(source.sample->beginning)}};
  return {{"principal", source.key.principal},
          {"door", word(source.key.door)},
          {"agent", source.key.agent},
          {"first_heard", to_rfc3339(source.first_heard)},
          {"last_heard", to_rfc3339(source.last_heard)},
          {"requests", source.requests},
          {"items", source.items},
          {"rejected_items", source.rejected_items},
          {"refused", refused},
          {"items_per_second", source.items_per_second},
          {"bytes_per_second", source.bytes_per_second},
          {"behind_seconds", source.behind ? Json(in_seconds(*source.behind)) : Json(nullptr)},
          {"sample", sample}};
}

}  // namespace

void add_sources_route(Router& router, const Doorway& doorway) {
  router.add({"GET", "/api/v1/sources", [&doorway](auto, Responder responder) {
                Json list = Json::array();
                for (const auto& source : doorway.sources.sources(doorway.clock.now()))
                  list.push_back(describe(source));
                const Json body = {{"sources", list}, {"forgotten", doorway.sources.evicted()}};
                responder.answer(json_answer(200, body.dump(-1, ' ', false, Json::error_handler_t::replace)));
              }});
}

std::string source_metrics(const Doorway& doorway) {
  const Timestamp now = doorway.clock.now();
  std::map<Door, double> behind;
  for (const auto& source : doorway.sources.sources(now)) {
    if (!source.behind || source.last_heard + minutes(5) < now) continue;
    double& worst = behind.try_emplace(source.key.door, in_seconds(*source.behind)).first->second;
    worst = std::max(worst, in_seconds(*source.behind));
  }
  MetricsText text;
  text.gauge("nightjar_door_behind_seconds",
             "Receive time minus the newest time in a body, median of a source, of the slowest heard in 5 minutes.");
  for (const auto& [door, seconds] : behind) text.value(seconds, {{"door", word(door)}});
  text.gauge("nightjar_sources", "Senders known, at most 1,000.")
      .value(static_cast<double>(doorway.sources.sources(now).size()));
  text.counter("nightjar_sources_forgotten_total", "Senders that made room for others.")
      .value(static_cast<double>(doorway.sources.evicted()));
  const auto figures = doorway.allowance.figures();
  text.gauge("nightjar_token_series", "Series that tokens with a quota have brought.");
  for (const auto& token : figures) text.value(static_cast<double>(token.series), {{"token", token.token}});
  text.counter("nightjar_token_series_refused_total",
               "Items rejected because their series was over its token's quota.");
  for (const auto& token : figures) text.value(static_cast<double>(token.refused_items), {{"token", token.token}});
  return text.text();
}

}  // namespace nightjar
