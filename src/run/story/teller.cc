#include "run/story/teller.h"

#include <algorithm>

#include "base/text.h"
#include "model/words.h"

namespace nightjar {
namespace {

template <class... Visitors>
struct ByKind : Visitors... {
  using Visitors::operator()...;
};

// Beyond these the rest of a storm is counted: nobody reads 300 lines of one step.
constexpr std::size_t kJoinsTold = 2;

std::string reasons_of(const Decision& decision) {
  std::string text;
  for (const DecisionPart& part : decision.reasons)
    text += fmt::format("{}{} ({})", text.empty() ? "" : "; ", word(part.reason), part.text);
  return text;
}

std::string cause_of(const Finding& finding) {
  std::string text = fmt::format("{}", word(finding.kind));
  for (const std::string& part : {finding.service.value, finding.version, finding.instance.value})
    if (!part.empty()) text += ' ' + part;
  return text;
}

// Confidence moves in every window; it is news when it passes a mark that something depends on.
int mark_of(double confidence) { return confidence < 0.5 ? 0 : confidence < 0.8 ? 1 : 2; }

std::string standing_of(const Incident& incident) {
  if (incident.findings.empty()) return {};
  const Finding& best = incident.findings.front();
  return fmt::format("{} {} {}", cause_of(best), mark_of(best.confidence), best.statement.has_value());
}

std::string why_joined(const Symptom& symptom) {
  std::string text;
  for (const JoinReason& reason : symptom.joined)
    if (reason.value != 0)
      text += fmt::format("{}{} {:+.1f} ({})", text.empty() ? "" : ", ", word(reason.term), reason.value, reason.text);
  return text;
}

}  // namespace

std::string Teller::tell(Timestamp engine_time, const Effects& effects) {
  if (engine_time != now_) said_now_.clear();
  now_ = engine_time;
  out_.clear();
  for (const Effect& effect : effects)
    std::visit(ByKind{
                   [&](const CloseWindow& closed) { window(closed.judgement); },
                   [&](const SaveChange& save) { change(save.change); },
                   [&](const SaveIncident& save) { incident(save.incident); },
                   [&](const SaveTicket&) {},  // of people: what matters of it is in the incident's timeline
                   [&](const SaveAction& save) { action(save.action); },
                   [&](const DispatchAction& dispatch) {
                     std::string arguments;
                     for (const auto& [name, value] : dispatch.action.arguments)
                       arguments += fmt::format(" {}={}", name, value);
                     line("dispatch",
                          fmt::format("{} {}{}", to_string(dispatch.action.id), dispatch.action.runbook, arguments));
                   },
                   [&](const Deliver& deliver) { delivery(deliver.delivery); },
                   [&](const KillSwitchSet& set) {
                     line("switch", fmt::format("kill switch {} by {}", set.on ? "on" : "off", set.person));
                   },
               },
               effect);
  return std::move(out_);
}

void Teller::window(const WindowJudgement& judgement) {
  for (const Anomaly& each : judgement.anomalies) anomaly(each);
  for (const Forecast& forecast : judgement.forecasts)
    if (forecasts_.insert(forecast.series).second) line("forecast", forecast.text);
  for (const SloStatus& slo : judgement.slos) {
    const auto [known, fresh] = objectives_.try_emplace(slo.name, SloState::ok);
    if (slo.state == known->second || slo.state == SloState::not_enough_data) continue;
    known->second = slo.state;
    line("objective", fmt::format("{} {}: burn {}, {} of its budget left", slo.name, word(slo.state),
                                  three_digits(slo.burn_1h), percent(slo.budget_left)));
  }
}

void Teller::anomaly(const Anomaly& anomaly) {
  if (!anomaly.open) {
    if (open_anomalies_.erase(anomaly.series) > 0)
      line("anomaly", fmt::format("ano-{} over", anomalies_.at(anomaly.series)));
    return;
  }
  if (!open_anomalies_.insert(anomaly.series).second) return;
  const int number = anomalies_.try_emplace(anomaly.series, static_cast<int>(anomalies_.size()) + 1).first->second;
  line("anomaly", fmt::format("ano-{} {} {}", number, word(anomaly.grade), anomaly.text));
}

void Teller::change(const Change& change) {
  number("chg", change.id.value);
  const auto [known, fresh] = changes_.try_emplace(change.id, change);
  if (fresh && change.event.source == ChangeSource::observed)
    line("change", fmt::format("{} {} {} serves, nobody announced it; before it {}", to_string(change.id),
                               change.event.service.value, change.event.version, change.event.previous_version));
  const WatchVerdict before = fresh ? WatchVerdict::watching : known->second.watch.verdict;
  if (change.watch.verdict != before && !change.watch.text.empty())
    line("watch", fmt::format("{} {} by {}: {}", to_string(change.id), word(change.watch.verdict),
                              word(change.watch.design), change.watch.text));
  known->second = change;
}

void Teller::incident(const Incident& incident) {
  const auto [known, fresh] = incidents_.try_emplace(incident.id);
  Incident& before = known->second;
  if (fresh)
    line("incident", fmt::format("{} opened, {}: {}", to_string(incident.id), word(incident.severity), incident.title));
  symptoms(before, incident);
  if (!fresh && incident.severity != before.severity)
    line("incident",
         fmt::format("{} is {} now, was {}", to_string(incident.id), word(incident.severity), word(before.severity)));
  diagnosis(before, incident);
  if (!fresh && incident.state != before.state && incident.state != IncidentState::resolved)
    line("incident", fmt::format("{} {}", to_string(incident.id), word(incident.state)));
  timeline(incident);
  before = incident;
}

void Teller::symptoms(const Incident& before, const Incident& now) {
  std::size_t joined = 0, ended = 0, again = 0;
  for (std::size_t i = 0; i < now.symptoms.size(); ++i) {
    const Symptom& symptom = now.symptoms[i];
    const bool opened = !symptom.joined.empty() && symptom.joined.front().term == JoinTerm::opened;
    if (i >= before.symptoms.size()) {
      if (!opened && ++joined <= kJoinsTold)
        line("joined", fmt::format("{} {}: {}", to_string(now.id), named(symptom), why_joined(symptom)));
      continue;
    }
    if (before.symptoms[i].open && !symptom.open && ++ended <= kJoinsTold)
      line("over", fmt::format("{} {}", to_string(now.id), named(symptom)));
    if (!before.symptoms[i].open && symptom.open && ++again <= kJoinsTold)
      line("again", fmt::format("{} {}", to_string(now.id), named(symptom)));
  }
  const auto rest = [&](std::string_view what, std::size_t all) {
    if (all > kJoinsTold) line(what, fmt::format("{} {} more", to_string(now.id), all - kJoinsTold));
  };
  rest("joined", joined), rest("over", ended), rest("again", again);
}

void Teller::diagnosis(const Incident& before, const Incident& now) {
  if (!now.findings.empty() && standing_of(before) != standing_of(now)) {
    const Finding& best = now.findings.front();
    std::string text =
        fmt::format("{} {} ({}): {}", to_string(now.id), cause_of(best), certainty(best.confidence), best.text);
    for (const Evidence& evidence : best.evidence)
      if (evidence.text != best.text) text += fmt::format("; {} {}", word(evidence.kind), evidence.text);
    for (std::size_t i = 1; i < now.findings.size(); ++i)
      text += fmt::format("; {} {} ({})", i == 1 ? "else" : "or", cause_of(now.findings[i]),
                          certainty(now.findings[i].confidence));
    line("finding", std::move(text));
  }
  for (const RuledOut& out : now.ruled_out) {
    const bool known = std::any_of(before.ruled_out.begin(), before.ruled_out.end(), [&](const RuledOut& other) {
      return other.kind == out.kind && other.service == out.service && other.version == out.version &&
             other.reason == out.reason;
    });
    if (!known)
      line("ruled out", fmt::format("{} {} {}{}{}: {} ({})", to_string(now.id), word(out.kind), out.service.value,
                                    out.version.empty() ? "" : " ", out.version, word(out.reason), out.text));
  }
}

// Only what no other line says.
void Teller::timeline(const Incident& incident) {
  for (const TimelineEntry& entry : incident.timeline) {
    if (entry.at != now_ || !said_now_.insert(to_string(incident.id) + entry.text).second) continue;
    const bool news = entry.kind == TimelineKind::person ||
                      (entry.kind == TimelineKind::incident && !entry.text.starts_with("opened")) ||
                      (entry.kind == TimelineKind::notification && entry.text.starts_with("not delivered")) ||
                      (entry.kind == TimelineKind::decision && entry.text.starts_with("expired"));
    if (news) line(word(entry.kind), fmt::format("{} {}", to_string(incident.id), entry.text));
  }
}

void Teller::action(const Action& action) {
  const auto [known, fresh] = actions_.try_emplace(action.id);
  const Action& before = known->second;
  if (fresh)
    line("proposal", fmt::format("{} for {}: {}; blast score {}; undo: {}; will check {}", to_string(action.id),
                                 to_string(action.incident), action.text, three_digits(action.blast_radius.score),
                                 action.undo.empty() ? "unknown" : action.undo, action.will_check));
  const std::string reasons = reasons_of(action.decision);
  if (!reasons.empty() && reasons != reasons_of(before.decision))
    line("decision", fmt::format("{} {}: {}", to_string(action.id), word(action.decision.outcome), reasons));
  const bool verified = action.verification && action.verified_at && !before.verified_at;
  if (verified)
    line("verified",
         fmt::format("{} {}: {}", to_string(action.id), word(action.verification->outcome), action.verification->text));
  if (action.state != before.state)
    line("action", fmt::format("{} {}{}{}", to_string(action.id), word(action.state),
                               action.outcome_text == before.outcome_text ? "" : ": ",
                               action.outcome_text == before.outcome_text ? "" : action.outcome_text));
  known->second = action;
}

void Teller::delivery(const Delivery& delivery) {
  std::string text = fmt::format("{} {} -> {}, {}: {}", to_string(delivery.incident), word(delivery.operation),
                                 delivery.destination, word(delivery.reason), delivery.message.title);
  // The whole of a ticket is a page; its first paragraph tells which one it is.
  const bool is_ticket = delivery.destination == "tickets";
  for (const std::string& paragraph : delivery.message.paragraphs) {
    text += " | " + paragraph;
    if (is_ticket) break;
  }
  line(is_ticket ? "ticket" : "notify", std::move(text));
}

std::string Teller::named(const Symptom& symptom) {
  if (symptom.change) return fmt::format("{} does harm", to_string(*symptom.change));
  if (symptom.alert) return fmt::format("alert {}", symptom.text);
  if (symptom.series)
    if (const auto known = anomalies_.find(*symptom.series); known != anomalies_.end())
      return fmt::format("ano-{}", known->second);
  return symptom.text;
}

int Teller::number(std::string_view prefix, std::uint64_t id) {
  auto& known = numbers_[std::string(prefix)];
  return known.try_emplace(id, static_cast<int>(known.size()) + 1).first->second;
}

// "inc-48213" -> "inc-1", wherever it stands.
std::string Teller::renumbered(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view prefix = text.substr(0, 3);
    const bool is_id = (prefix == "inc" || prefix == "act" || prefix == "chg") && text.size() > 4 && text[3] == '-' &&
                       text[4] >= '0' && text[4] <= '9';
    if (!is_id) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    std::uint64_t id = 0;
    text.remove_prefix(4);
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1))
      id = id * 10 + static_cast<std::uint64_t>(text.front() - '0');
    out += fmt::format("{}-{}", prefix, number(prefix, id));
  }
  return out;
}

void Teller::line(std::string_view what, std::string text) {
  out_ += fmt::format("{} {:<12} {}\n", to_rfc3339(now_).substr(11, 8), what, renumbered(text));
}

}  // namespace nightjar
