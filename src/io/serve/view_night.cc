#include <nlohmann/json.hpp>

#include "base/text.h"
#include "io/serve/views.h"
#include "wire/json/api_json.h"

namespace nightjar {
namespace {

constexpr Duration kForecastFresh = hours(2);  // an older one was not made again: it no longer holds
constexpr Duration kSignalLate = minutes(2);

struct NightFacts {
  Timestamp now, last_signal;
  std::vector<Action> waiting;
  std::vector<Incident> incidents;  // newest first
  std::uint64_t deploys = 0;
};

// People are told by chat and mail; a ticket waits until somebody looks.
std::uint64_t pages_of(const NightCounts& counts, const EngineConfig& config) {
  std::uint64_t pages = 0;
  for (const auto& [destination, messages] : counts.messages) {
    const auto kind = config.destination_kinds.find(destination);
    if (kind == config.destination_kinds.end() || kind->second != "github_issues") pages += messages;
  }
  return pages;
}

std::string signal_words(const NightFacts& facts) {
  if (!facts.last_signal) return "no telemetry has arrived yet";
  const Duration age = std::max(facts.now - facts.last_signal, Duration{0});
  if (age > kSignalLate) return fmt::format("no telemetry for {}: check the senders", for_people(age));
  return fmt::format("last signal {} ago", for_people(age));
}

// What needs the reader comes first, then what is broken, then what is over.
std::string sentence_of(const NightFacts& facts) {
  std::vector<const Incident*> open;
  for (const Incident& incident : facts.incidents) {
    if (incident.state != IncidentState::resolved) open.push_back(&incident);
  }
  std::string waiting;
  if (!facts.waiting.empty()) {
    waiting = facts.waiting.size() == 1 ? fmt::format("1 decision waits for you: {}. ", facts.waiting[0].text)
                                        : fmt::format("{} decisions wait for you. ", facts.waiting.size());
  }
  if (!open.empty()) {
    const Incident& gravest = **std::max_element(
        open.begin(), open.end(), [](const Incident* a, const Incident* b) { return a->severity < b->severity; });
    const std::string& words = gravest.sentence.empty() ? gravest.title : gravest.sentence;
    const std::string more =
        open.size() > 1 ? fmt::format(" And {} open.", counted(open.size() - 1, "more incident")) : "";
    return fmt::format("{}{}{}{}", waiting, words, words.ends_with('.') ? "" : ".", more);
  }
  if (!facts.incidents.empty()) {
    return fmt::format("{}{}, {} over: {}; {}.", waiting, counted(facts.incidents.size(), "incident"),
                       facts.incidents.size() == 1 ? "it is" : "all", facts.incidents[0].title, signal_words(facts));
  }
  if (!facts.last_signal && facts.deploys == 0) {
    return "Nothing to tell: no telemetry has arrived yet. Point an OpenTelemetry exporter or a Prometheus remote "
           "write here.";
  }
  return fmt::format("{}Quiet night: {}, no incident; {}.", waiting, counted(facts.deploys, "deploy"),
                     signal_words(facts));
}

}  // namespace

std::string counted(std::uint64_t count, std::string_view noun) {
  if (count == 0) return fmt::format("no {}", noun);
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

absl::StatusOr<nlohmann::json> view_night(const ApiSources& sources, TimeRange range) {
  NightFacts facts;
  facts.now = sources.clock.now();
  facts.last_signal = {sources.status.last_signal_ns.load()};
  if (!facts.last_signal) facts.last_signal = sources.rollups.last_window_end();

  auto waiting = sources.records.actions_in(ActionState::awaiting_approval);
  auto incidents = sources.records.incidents(range, 200);
  auto changes = sources.records.changes(range, 1000);
  auto counts = sources.records.counts(range);
  auto services = sources.rollups.services(range);
  auto dependencies = sources.rollups.dependencies(range);
  auto forecasts = sources.rollups.forecasts(facts.now - kForecastFresh);
  for (const absl::Status& status : {waiting.status(), incidents.status(), changes.status(), counts.status(),
                                     services.status(), dependencies.status(), forecasts.status()}) {
    if (!status.ok()) return status;
  }
  facts.waiting = *std::move(waiting);
  std::erase_if(facts.waiting,
                [&](const Action& action) { return action.expires_at && action.expires_at <= facts.now; });
  facts.incidents = *std::move(incidents);
  for (const Change& change : *changes) facts.deploys += change.event.kind == ChangeKind::deploy ? 1 : 0;

  // Requests of people: what a service was asked that no other service asked.
  std::set<ServiceName> called;
  for (const auto& [key, calls] : *dependencies) called.insert(key.callee);
  std::uint64_t requests = 0;
  for (const auto& [service, activity] : *services) requests += called.contains(service) ? 0 : activity.counts.requests;

  nlohmann::json actions = nlohmann::json::array(), summaries = nlohmann::json::array(), due = nlohmann::json::array();
  for (const Action& action : facts.waiting) actions.push_back(api_action(action));
  for (const Incident& incident : facts.incidents) summaries.push_back(api_incident_summary(incident));
  for (const Forecast& forecast : *forecasts) {
    if (forecast.eta > facts.now) due.push_back(api_forecast(forecast));
  }
  return nlohmann::json{{"sentence", sentence_of(facts)},
                        {"from", to_rfc3339(range.start)},
                        {"to", to_rfc3339(range.end)},
                        {"alerts_received", counts->alerts},
                        {"incidents_opened", counts->incidents},
                        {"pages_sent", pages_of(*counts, sources.config)},
                        {"waiting", actions},
                        {"incidents", summaries},
                        {"requests_total", requests},
                        {"services", services->size()},
                        {"last_signal_at", api_time(facts.last_signal)},
                        {"forecasts", due}};
}

}  // namespace nightjar
