#include "engine/notify/message.h"

#include "base/text.h"
#include "model/words.h"

namespace nightjar {
namespace {

std::string clock(Timestamp t) { return to_rfc3339(t).substr(11, 8) + " UTC"; }

std::string incident_link(const World& world, const Incident& incident) {
  return fmt::format("{}/incidents/{}", world.config.public_url, to_string(incident.id));
}

// The last of its reasons: what stood in the way, or why it was denied.
std::string last_reason(const Action& action) {
  return action.decision.reasons.empty() ? std::string() : action.decision.reasons.back().text;
}

std::string expired_in_words(const Action& action) {
  const bool approved = action.decision.outcome != DecisionOutcome::needs_approval ||
                        static_cast<int>(action.approvals.size()) >= action.decision.approvals_needed;
  return approved ? fmt::format("Needs you: it could not start in time: {}: {}", action.text, last_reason(action))
                  : fmt::format("Needs you: nobody approved it in time: {}", action.text);
}

std::string unhelpful_in_words(const Action& action) {
  const bool worse = action.verification && action.verification->outcome == VerificationOutcome::worse;
  return fmt::format("Needs you: it {}: {}: {}", worse ? "made things worse" : "did not help", action.text,
                     action.verification ? action.verification->text : action.outcome_text);
}

// Denied by what is known so far, and asked again with every window; not by what the policy says.
bool waits_for_evidence(const Action& action) {
  if (action.decision.reasons.empty()) return false;
  switch (action.decision.reasons.back().reason) {
    case DecisionReason::verdict_not_harmful:
    case DecisionReason::e_value_too_low:
    case DecisionReason::confidence_too_low:
    case DecisionReason::second_candidate_too_close:
      return true;
    default:
      return false;
  }
}

// How it stands with the newest plan that is more than a thought.
std::string outcome_in_words(const World& world, const Incident& incident) {
  std::string denied;
  for (auto id = incident.actions.rbegin(); id != incident.actions.rend(); ++id) {
    const Action& action = world.actions.at(*id);
    if (action.undoes) continue;  // told by the one it takes back
    switch (action.state) {
      case ActionState::awaiting_approval:
        return fmt::format("Waiting for approval: {}", action.text);
      case ActionState::approved:
        return fmt::format("Allowed, and waits: {}: {}", action.text, last_reason(action));
      case ActionState::running:
        return fmt::format("Doing it: {}", action.text);
      case ActionState::verifying:
        return fmt::format("Done, checking whether it helped: {}", action.text);
      case ActionState::succeeded:
        return fmt::format("Verified: {}", action.text);
      case ActionState::needs_human:
        return unhelpful_in_words(action);
      case ActionState::unknown:
        return fmt::format("Needs you: nobody knows whether it was done: {}: {}", action.text, action.outcome_text);
      case ActionState::failed:
        return fmt::format("Needs you: it failed: {}: {}", action.text, action.outcome_text);
      case ActionState::expired:
        return expired_in_words(action);
      case ActionState::rejected:
        return fmt::format("{} rejected it: {}", action.rejected_by, action.text);
      case ActionState::undoing:
        return fmt::format("It made things worse and is being taken back: {}", action.text);
      case ActionState::undone:
        return fmt::format("Needs you: it made things worse and was taken back: {}", action.text);
      case ActionState::denied:
        denied = fmt::format("{}: {}: {}", waits_for_evidence(action) ? "Not yet" : "Not allowed", action.text,
                             last_reason(action));
        break;
      case ActionState::proposed:
      case ActionState::shadowed:
      case ActionState::blocked:
        break;
    }
  }
  return denied;
}

std::string state_in_words(const World& world, const Incident& incident) {
  const std::string outcome = outcome_in_words(world, incident);
  // What was open about a plan is of no matter any more.
  if (incident.state == IncidentState::resolved)
    return outcome.starts_with("Verified") ? "Resolved. " + outcome : std::string("Resolved");
  return outcome.empty() ? "Looking for what to do" : outcome;
}

void add_cause(const Incident& incident, Message& message) {
  if (incident.findings.empty() || incident.findings.front().kind == CauseKind::none) {
    message.paragraphs.push_back("No confident cause yet.");
    return;
  }
  const Finding& best = incident.findings.front();
  const Finding* second = incident.findings.size() > 1 ? &incident.findings[1] : nullptr;
  if (second != nullptr && second->kind != CauseKind::none && 2 * second->confidence >= best.confidence) {
    message.paragraphs.push_back(fmt::format("Two causes cannot be told apart: {} ({}), or {} ({}).", best.text,
                                             certainty(best.confidence), second->text, certainty(second->confidence)));
    return;
  }
  message.paragraphs.push_back(fmt::format("Likely cause ({}): {}.", certainty(best.confidence), best.text));
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
