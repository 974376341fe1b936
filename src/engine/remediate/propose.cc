#include "engine/remediate/propose.h"

#include "base/text.h"
#include "engine/remediate/blast_radius.h"
#include "model/plan.h"

namespace nightjar {
namespace {

const RunbookConfig* runbook(const World& world, std::string_view name) {
  for (const RunbookConfig& known : world.config.runbooks)
    if (known.name == name) return &known;
  return nullptr;
}

std::optional<Action> roll_back(const World& world, const Finding& finding) {
  const RunbookConfig* book = runbook(world, "rollback");
  const Change* change = finding.change ? world.change(*finding.change) : nullptr;
  // The last good version must be known: a guess could be worse than the fault.
  if (book == nullptr || change == nullptr || change->event.previous_version.empty()) return std::nullopt;
  Action action;
  action.kind = ActionKind::rollback;
  action.runbook = book->name;
  action.service = finding.service;
  action.change = finding.change;
  action.arguments = {{"service", std::string(short_name(finding.service))},
                      {"to_version", change->event.previous_version}};
  action.text = fmt::format("roll {} back from {} to {}", finding.service.value, change->event.version,
                            change->event.previous_version);
  action.undo = book->undo.empty() ? std::string() : fmt::format("{}: {}", book->undo, change->event.version);
  action.undo_by = book->undo_by;
  action.will_check =
      fmt::format("that {} of {} fall, by an e-value of 100 : 1", change->watch.measure, finding.service.value);
  return action;
}

std::optional<Action> restart(const World& world, const Finding& finding) {
  const RunbookConfig* book = runbook(world, "restart");
  if (book == nullptr || finding.instance.empty()) return std::nullopt;
  Action action;
  action.kind = ActionKind::restart;
  action.runbook = book->name;
  action.service = finding.service;
  action.arguments = {{"instance", finding.instance.value}};
  action.text = fmt::format("restart {} of {}", finding.instance.value, finding.service.value);
  action.undo = book->undo.empty() ? "none needed: a restart changes nothing that lasts" : book->undo;
  action.undo_by = book->undo_by;
  action.will_check = fmt::format("that {} serves requests again", finding.instance.value);
  return action;
}

std::optional<Action> clean_up(const World& world, const Finding& finding) {
  const RunbookConfig* book = runbook(world, "clean-up");
  if (book == nullptr || finding.service.empty()) return std::nullopt;
  Action action;
  action.kind = ActionKind::script;
  action.runbook = book->name;
  action.service = finding.service;
  action.arguments = {{"service", std::string(short_name(finding.service))}};
  action.text = fmt::format("run the clean-up of {}", finding.service.value);
  action.undo = book->undo;
  action.undo_by = book->undo_by;
  action.will_check = "that the forecast no longer meets its limit";
  return action;
}

}  // namespace

std::optional<Action> propose(const World& world, const Incident& incident) {
  if (incident.findings.empty()) return std::nullopt;
  const Finding& best = incident.findings.front();
  std::optional<Action> action;
  switch (best.kind) {
    case CauseKind::change:
      action = roll_back(world, best);
      break;
    case CauseKind::instance:
      action = restart(world, best);
      break;
    case CauseKind::saturation:
      action = clean_up(world, best);
      break;
    case CauseKind::dependency:
    case CauseKind::statement:
    case CauseKind::log:
    case CauseKind::none:
      return std::nullopt;
  }
  if (!action) return std::nullopt;
  action->incident = incident.id;
  action->blast_radius = blast_radius(world, *action, best.confidence);
  action->plan_hash = plan_hash(*action);
  return action;
}

std::optional<Action> undo_of(const World& world, const Action& done) {
  if (done.undo_by.empty()) return std::nullopt;
  Action action;
  action.incident = done.incident;
  action.kind = done.kind;
  action.runbook = done.undo_by;
  action.service = done.service;
  action.change = done.change;
  action.arguments = done.arguments;
  const Change* change = done.change ? world.change(*done.change) : nullptr;
  if (done.kind == ActionKind::rollback) {
    if (change == nullptr) return std::nullopt;
    action.arguments["to_version"] = change->event.version;
    action.text =
        fmt::format("undo {}: deploy {} {} again", to_string(done.id), done.service.value, change->event.version);
  } else {
    action.text = fmt::format("undo {}: {}", to_string(done.id), done.undo);
  }
  action.undoes = done.id;
  action.will_check = "that hand reports it done: nothing further is done by itself";
  action.blast_radius = done.blast_radius;
  action.plan_hash = plan_hash(action);
  return action;
}

}  // namespace nightjar
