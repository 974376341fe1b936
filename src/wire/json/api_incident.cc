#include <nlohmann/json.hpp>

#include "wire/json/api_json.h"
#include "wire/json/words.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

Json api_id(const std::optional<ChangeId>& id) { return id ? Json(to_string(*id)) : Json(); }

// What a chart of the evidence is asked for. Measures that are drawn over versions: the API's words, not the model's.
Json api_series(const Evidence& evidence) {
  if (!evidence.series) return {};
  const SeriesKey& series = *evidence.series;
  std::string_view measure;
  switch (series.measure) {
    case Measure::requests:
      measure = "requests";
      break;
    case Measure::error_ratio:
      measure = "errors";
      break;
    case Measure::p95:
      measure = "p95";
      break;
    case Measure::self_time:
      measure = "self_time";
      break;
    case Measure::calls:
      measure = "calls";
      break;
    case Measure::metric:
    case Measure::log_lines:
      return {};  // told in the evidence's text; there is no such chart
  }
  return {{"service", series.service.value},
          {"operation", api_text(series.operation)},
          {"version", api_text(evidence.version)},
          {"instance", api_text(series.instance.value)},
          {"measure", measure}};
}

Json api_evidence(const Evidence& evidence) {
  return {{"kind", word(evidence.kind)},
          {"text", evidence.text},
          {"weight", evidence.weight},
          {"e_value", evidence.e_value ? Json(std::min(*evidence.e_value, 1e300)) : Json()},
          {"series", api_series(evidence)},
          {"from", to_rfc3339(evidence.window.start)},
          {"to", to_rfc3339(evidence.window.end)}};
}

Json api_statement(const std::optional<StatementCause>& statement) {
  if (!statement) return {};
  return {{"fingerprint", api_fingerprint(statement->fingerprint)},
          {"text", statement->text},
          {"table", statement->table},
          {"database", statement->database.value},
          {"endpoint", statement->endpoint},
          {"calls", statement->calls},
          {"mean_ms", statement->mean_ms},
          {"new_in_version", api_text(statement->new_in_version)}};
}

Json api_finding(const Finding& finding, std::size_t rank) {
  Json evidence = Json::array();
  for (const Evidence& one : finding.evidence) evidence.push_back(api_evidence(one));
  return {{"rank", rank},
          {"kind", word(finding.kind)},
          {"service", finding.service.value},
          {"version", api_text(finding.version)},
          {"change_id", api_id(finding.change)},
          {"commit", api_text(finding.commit)},
          {"confidence", finding.confidence},
          {"text", finding.text},
          {"statement", api_statement(finding.statement)},
          {"evidence", evidence}};
}

// "No confident cause" is a finding too, but not a cause.
Json api_cause(const Incident& incident) {
  if (incident.findings.empty() || incident.findings.front().kind == CauseKind::none) return {};
  const Finding& best = incident.findings.front();
  return {{"kind", word(best.kind)},
          {"service", best.service.value},
          {"version", api_text(best.version)},
          {"change_id", api_id(best.change)},
          {"commit", api_text(best.commit)},
          {"confidence", best.confidence},
          {"text", best.text}};
}

// The API knows three kinds of things that can be ruled out.
std::string_view ruled_out_kind(CauseKind kind) {
  switch (kind) {
    case CauseKind::change:
      return "change";
    case CauseKind::dependency:
    case CauseKind::statement:
      return "dependency";
    case CauseKind::instance:
    case CauseKind::saturation:
    case CauseKind::log:
    case CauseKind::none:
      return "service";
  }
  return {};
}

Json api_symptom(const Symptom& symptom) {
  Json joined = Json::array();
  for (const JoinReason& reason : symptom.joined)
    joined.push_back({{"term", word(reason.term)}, {"value", reason.value}, {"text", reason.text}});
  return {{"id", to_string(symptom.id)},
          {"kind", word(symptom.kind)},
          {"service", symptom.service.value},
          {"operation", api_text(symptom.operation)},
          {"instance", api_text(symptom.instance.value)},
          {"text", symptom.text},
          {"at", api_time(symptom.at)},
          {"strength", std::clamp(symptom.strength, -1e300, 1e300)},
          {"joined", joined}};
}

Json api_alert(const Symptom& symptom) {
  const Alert& alert = *symptom.alert;
  std::string why;
  for (const JoinReason& reason : symptom.joined) why += (why.empty() ? "" : "; ") + reason.text;
  return {{"name", alert.name},
          {"service", alert.service.value},
          {"state", alert.ends_at ? "resolved" : "firing"},
          {"starts_at", api_time(alert.starts_at)},
          {"ends_at", api_time(alert.ends_at)},
          {"labels", Json::object_t(alert.labels.begin(), alert.labels.end())},
          {"joined", why}};
}

Json api_hurt(const Hurt& hurt) {
  const double share = hurt.requests == 0 ? 0
                                          : static_cast<double>(hurt.requests_failed + hurt.requests_slow) /
                                                static_cast<double>(hurt.requests);
  return {{"requests_failed", hurt.requests_failed},
          {"requests_slow", hurt.requests_slow},
          {"share_of_requests", std::min(share, 1.0)},
          {"endpoints", hurt.endpoints}};
}

}  // namespace

nlohmann::json api_incident_summary(const Incident& incident) {
  Json actions = Json::array();
  for (ActionId id : incident.actions) actions.push_back(to_string(id));
  return {{"id", to_string(incident.id)},
          {"title", incident.title},
          {"state", word(incident.state)},
          {"severity", word(incident.severity)},
          {"service", incident.service.value},
          {"onset_at", api_time(incident.onset)},
          {"opened_at", api_time(incident.opened_at)},
          {"updated_at", api_time(incident.updated_at)},
          {"resolved_at", api_time(incident.resolved_at)},
          {"cause", api_cause(incident)},
          {"acknowledged_by", api_text(incident.acknowledged_by)},
          {"action_ids", actions}};
}

nlohmann::json api_incident(const Incident& incident, const std::vector<Action>& actions,
                            const std::vector<Ticket>& tickets) {
  Json whole = api_incident_summary(incident);
  Json symptoms = Json::array(), findings = Json::array(), ruled_out = Json::array(), alerts = Json::array(),
       shown_actions = Json::array(), timeline = Json::array(), shown_tickets = Json::array();
  for (const Symptom& symptom : incident.symptoms) {
    symptoms.push_back(api_symptom(symptom));
    if (symptom.alert) alerts.push_back(api_alert(symptom));
  }
  for (std::size_t i = 0; i < incident.findings.size(); ++i)
    findings.push_back(api_finding(incident.findings[i], i + 1));
  for (const RuledOut& one : incident.ruled_out)
    ruled_out.push_back({{"kind", ruled_out_kind(one.kind)},
                         {"service", one.service.value},
                         {"version", api_text(one.version)},
                         {"change_id", api_id(one.change)},
                         {"reason", word(one.reason)},
                         {"text", one.text}});
  for (const Action& action : actions) shown_actions.push_back(api_action(action));
  for (const TimelineEntry& entry : incident.timeline)
    timeline.push_back(
        {{"at", api_time(entry.at)}, {"kind", word(entry.kind)}, {"text", entry.text}, {"ref", api_text(entry.ref)}});
  for (const Ticket& ticket : tickets) shown_tickets.push_back(api_ticket(ticket));
  whole["sentence"] = incident.sentence;
  whole["hurt"] = api_hurt(incident.hurt);
  whole["symptoms"] = std::move(symptoms);
  whole["findings"] = std::move(findings);
  whole["ruled_out"] = std::move(ruled_out);
  whole["actions"] = std::move(shown_actions);
  whole["ticket"] =
      incident.ticket
          ? Json{{"url", incident.ticket->url}, {"key", incident.ticket->key}, {"state", incident.ticket->state}}
          : Json();
  whole["tickets"] = std::move(shown_tickets);
  whole["alerts"] = std::move(alerts);
  whole["timeline"] = std::move(timeline);
  return whole;
}

}  // namespace nightjar
