#include <nlohmann/json.hpp>

#include "wire/json/api_json.h"
#include "wire/json/words.h"

namespace nightjar {
namespace {

// An e-value may overflow to infinity when the evidence is overwhelming; the API's numbers are finite.
double shown_e_value(double value) { return std::min(value, 1e300); }

nlohmann::json api_watch(const Change& change) {
  const ChangeWatch& watch = change.watch;
  nlohmann::json took;
  if (watch.decided_at && change.event.started_at)
    took = std::max(0.0, (*watch.decided_at - change.event.started_at).seconds());
  return {{"verdict", word(watch.verdict)},
          {"design", word(watch.design)},
          {"e_value", shown_e_value(watch.e_value)},
          {"e_value_no_harm", shown_e_value(watch.e_value_no_harm)},
          {"requests_new", watch.requests_new},
          {"errors_new", watch.errors_new},
          {"requests_old", watch.requests_old},
          {"errors_old", watch.errors_old},
          {"decided_at", api_time(watch.decided_at)},
          {"took_seconds", took},
          {"text", watch.text}};
}

}  // namespace

nlohmann::json api_change(const Change& change) {
  const ChangeEvent& event = change.event;
  return {{"id", to_string(change.id)},
          {"kind", word(event.kind)},
          {"service", event.service.value},
          {"version", event.version},
          {"previous_version", api_text(event.previous_version)},
          {"commit", api_text(event.commit)},
          {"author", api_text(event.author)},
          {"environment", api_text(event.environment)},
          {"url", api_text(event.url)},
          {"started_at", api_time(event.started_at)},
          {"finished_at", api_time(event.finished_at)},
          {"status", word(event.status)},
          {"source", word(event.source)},
          {"caused_by_action", event.caused_by ? nlohmann::json(to_string(*event.caused_by)) : nlohmann::json()},
          {"watch", api_watch(change)}};
}

nlohmann::json api_last_change(const Change& change) {
  return {{"id", to_string(change.id)},
          {"version", change.event.version},
          {"at", api_time(change.event.started_at)},
          {"verdict", word(change.watch.verdict)}};
}

}  // namespace nightjar
