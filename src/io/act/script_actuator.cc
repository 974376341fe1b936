#include "io/act/script_actuator.h"

#include <unistd.h>

#include "base/text.h"
#include "io/act/child.h"

namespace nightjar {
namespace {

constexpr std::size_t kTailBytes = 2000;
constexpr int kCheckSaysNotDone = 3;

ChildSettings child_settings(const Task& task, const std::vector<std::string>& command, std::string output_file) {
  ChildSettings settings{fill_in(command, task.arguments, task.action), task.runbook->environment,
                         task.runbook->working_directory, std::move(output_file)};
  settings.environment.try_emplace("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  settings.environment.try_emplace("LANG", "C.UTF-8");
  settings.environment["NIGHTJAR_ACTION_ID"] = to_string(task.action);
  settings.environment["IDEMPOTENCY_KEY"] = to_string(task.action);
  return settings;
}

std::string with_tail(std::string text, const std::string& output_file) {
  const std::string tail = output_tail(output_file, kTailBytes);
  return tail.empty() ? text : text + "\n" + tail;
}

std::string in_words(const ChildOutcome& outcome, Duration timeout) {
  switch (outcome.end) {
    case ChildEnd::exited:
      return fmt::format("exit code {}", outcome.code);
    case ChildEnd::signalled:
      return fmt::format("killed by signal {}", outcome.code);
    case ChildEnd::timed_out:
      return fmt::format("stopped after {}", for_people(timeout));
  }
  return {};
}

}  // namespace

RunAnswer ScriptActuator::run(const Task& task, const Remember& remember) {
  const std::string output = fmt::format("{}/{}.out", folder_, to_string(task.action));
  auto child = Child::make(child_settings(task, task.runbook->argv, output));
  if (!child.ok()) return {Ran::failed, std::string(message_of(child.status()))};
  if (const absl::Status kept = remember(child->mark()); !kept.ok()) {
    return {Ran::failed, fmt::format("nothing was run: {}", message_of(kept))};
  }
  child->let_go();
  const ChildOutcome outcome = child->wait(task.runbook->timeout);
  const std::string text = with_tail(in_words(outcome, task.runbook->timeout), output);
  if (outcome.end != ChildEnd::exited) return {Ran::uncertain, text};
  return {outcome.code == 0 ? Ran::succeeded : Ran::failed, text};
}

CheckAnswer ScriptActuator::check(const Task& task) {
  if (task.runbook->check.empty()) return {Seen::unknown, "the runbook has no check command"};
  const std::string output = fmt::format("{}/{}.check.out", folder_, to_string(task.action));
  auto child = Child::make(child_settings(task, task.runbook->check, output));
  if (!child.ok()) return {Seen::unknown, std::string(message_of(child.status()))};
  child->let_go();
  const Duration limit = std::min(task.runbook->timeout, minutes(1));
  const ChildOutcome outcome = child->wait(limit);
  const std::string text = with_tail("check: " + in_words(outcome, limit), output);
  if (outcome.end != ChildEnd::exited) return {Seen::unknown, text};
  if (outcome.code == 0) return {Seen::done, text};
  return {outcome.code == kCheckSaysNotDone ? Seen::not_done : Seen::unknown, text};
}

CheckAnswer ScriptActuator::recover(const Task& task) {
  // Without a mark the command was still waiting at its gate, and it does not pass the gate when its hand has died.
  if (task.mark.empty()) return {Seen::not_done, "hand was stopped before the command was run"};
  wait_for_leftover(task.mark, task.runbook->timeout);
  CheckAnswer answer = check(task);
  if (answer.seen != Seen::done) {
    const std::string words = output_tail(fmt::format("{}/{}.out", folder_, to_string(task.action)), kTailBytes);
    if (!words.empty()) answer.text += "\nthe command's own last words:\n" + words;
  }
  return answer;
}

}  // namespace nightjar
