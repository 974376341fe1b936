#include "engine/notify/message.h"

#include "base/text.h"
#include "model/words.h"

namespace nightjar {
namespace {

std::string clock(Timestamp t) { return to_rfc3339(t).substr(11, 8) + " UTC"; }

std::string incident_link(const World& world, const Incident& incident) {
  return fmt::format("{}/incidents/{}", world.config.public_url, to_string(incident.id));
}

std::string state_in_words(const World& world, const Incident& incident) {
  for (auto id = incident.actions.rbegin(); id != incident.actions.rend(); ++id) {
    const Action& action = world.actions.at(*id);
    if (action.undoes) continue;  // told by the one it takes back
    switch (action.state) {
      case ActionState::awaiting_approval:
        return fmt::format("Waiting for approval: {}", action.text);
      case ActionState::approved:
      case ActionState::running:
        return fmt::format("Doing it: {}", action.text);
      case ActionState::verifying:
        return fmt::format("Done, checking whether it helped: {}", action.text);
      case ActionState::succeeded:
        return fmt::format("Verified: {}", action.text);
      case ActionState::needs_human:
      case ActionState::unknown:
      case ActionState::failed:
        return fmt::format("Needs you: {}: {}", action.text,
                           action.verification ? action.verification->text : action.outcome_text);
      case ActionState::proposed:
      case ActionState::denied:
      case ActionState::shadowed:
      case ActionState::rejected:
      case ActionState::expired:
      case ActionState::blocked:
        break;
      case ActionState::undoing:
        return fmt::format("It made things worse and is being taken back: {}", action.text);
      case ActionState::undone:
        return fmt::format("Needs you: it made things worse and was taken back: {}", action.text);
    }
  }
  return incident.state == IncidentState::resolved ? "Resolved" : "Looking for what to do";
}

void add_cause(const Incident& incident, Message& message) {
  if (incident.findings.empty() || incident.findings.front().kind == CauseKind::none) {
    message.paragraphs.push_back("No confident cause yet.");
    return;
  }
  const Finding& best = incident.findings.front();
  message.paragraphs.push_back(fmt::format("Likely cause ({}): {}.", percent(best.confidence), best.text));
  if (!best.commit.empty()) message.facts.emplace_back("Commit", best.commit.substr(0, 12));
  if (best.statement) {
    message.facts.emplace_back("Statement", cut(best.statement->text, 300));
    message.facts.emplace_back("Table", best.statement->table);
    message.facts.emplace_back("Called by", best.statement->endpoint);
  }
}

}  // namespace

std::string approval_link(const World& world, const Action& action, const std::string& person) {
  return fmt::format("{}/approve?action={}&person={}", world.config.public_url, to_string(action.id), person);
}

Message message_of(const World& world, const Incident& incident, const RouteConfig& route) {
  Message message;
  message.title = cut(incident.title, 140);
  message.paragraphs.push_back(incident.sentence);
  add_cause(incident, message);
  message.paragraphs.push_back(state_in_words(world, incident));
  message.facts.emplace_back("Severity", std::string(word(incident.severity)));
  message.facts.emplace_back("Since", clock(incident.onset));
  if (incident.ticket) message.links.push_back({"Ticket", incident.ticket->url});
  message.links.push_back({"Open incident", incident_link(world, incident)});
  for (const ActionId id : incident.actions) {
    const Action& action = world.actions.at(id);
    if (action.state != ActionState::awaiting_approval) continue;
    message.facts.emplace_back("Blast score", three_digits(action.blast_radius.score));
    message.links.push_back({"Approve or reject", approval_link(world, action, route.approver)});
  }
  return message;
}

Message ticket_of(const World& world, const Incident& incident) {
  Message message;
  message.title = cut(incident.title, 140);
  message.paragraphs.push_back(incident.sentence);
  add_cause(incident, message);
  if (!incident.findings.empty())
    for (const Evidence& evidence : incident.findings.front().evidence)
      message.paragraphs.push_back(fmt::format("Evidence: {}.", evidence.text));
  for (const RuledOut& out : incident.ruled_out)
    if (out.kind == CauseKind::change) message.paragraphs.push_back(fmt::format("Ruled out: {}.", out.text));
  message.paragraphs.push_back(state_in_words(world, incident));
  for (const TimelineEntry& entry : incident.timeline)
    message.paragraphs.push_back(fmt::format("{}  {}", clock(entry.at), entry.text));
  message.links.push_back({"Open incident", incident_link(world, incident)});
  return message;
}

Message comment_of(const World& world, const Incident& incident, NotifyReason reason) {
  Message message;
  message.title = cut(fmt::format("{}: {}", word(reason), incident.title), 140);
  message.paragraphs.push_back(state_in_words(world, incident));
  message.paragraphs.push_back(incident.sentence);
  for (const ActionId id : incident.actions) {
    const Action& action = world.actions.at(id);
    if (action.verification) message.paragraphs.push_back(action.verification->text);
  }
  message.links.push_back({"Open incident", incident_link(world, incident)});
  return message;
}

}  // namespace nightjar
