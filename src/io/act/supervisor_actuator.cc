#include "io/act/supervisor_actuator.h"

#include <cstdlib>
#include <optional>

#include "base/text.h"
#include "io/net/http_client.h"

namespace nightjar {
namespace {

// Fault codes of supervisor/xmlrpc.py.
constexpr int kNotRunning = 70;
constexpr int kAlreadyStarted = 60;

absl::StatusOr<XmlRpcAnswer> call_supervisor(const Task& task, std::string_view method,
                                             const std::vector<XmlRpcParameter>& parameters, Duration timeout) {
  HttpCall call{.method = "POST",
                .url = task.runbook->url,
                .headers = {{"Content-Type", "text/xml"}, {"Idempotency-Key", to_string(task.action)}},
                .body = xml_rpc_call(method, parameters),
                .timeout = timeout};
  if (call.url.rfind("unix://", 0) == 0) {
    call.unix_socket = call.url.substr(7);
    call.url = "http://supervisor/RPC2";
  }
  const auto reply = call_http(call);
  if (!reply.ok()) return reply.status();
  if (reply->status != 200) {
    return failed_precondition("supervisor answers HTTP {} to {}; check url and credentials in the catalogue",
                               reply->status, method);
  }
  return parse_xml_rpc(reply->body);
}

struct ProcessState {
  std::string state;  // RUNNING, STOPPED, …
  std::string pid;
  std::int64_t start = 0;  // Unix seconds
};

absl::StatusOr<ProcessState> process_state(const Task& task) {
  const std::string program = fill_in(task.runbook->program, task.arguments, task.action);
  const auto answer = call_supervisor(task, "supervisor.getProcessInfo", {program}, seconds(10));
  if (!answer.ok()) return answer.status();
  if (answer->fault_code != 0) return not_found("supervisor does not know {}: {}", program, answer->fault);
  const auto member = [&](const std::string& name) {
    const auto found = answer->members.find(name);
    return found == answer->members.end() ? std::string() : found->second;
  };
  return ProcessState{member("statename"), member("pid"), std::strtoll(member("start").c_str(), nullptr, 10)};
}

std::string state_mark(const ProcessState& state) { return fmt::format("pid={} start={}", state.pid, state.start); }

}  // namespace

RunAnswer SupervisorActuator::run(const Task& task, const Remember& remember) {
  const std::string program = fill_in(task.runbook->program, task.arguments, task.action);
  const auto before = process_state(task);
  if (!before.ok()) return {Ran::failed, fmt::format("nothing was done: {}", message_of(before.status()))};
  if (const absl::Status kept = remember(state_mark(*before)); !kept.ok()) {
    return {Ran::failed, fmt::format("nothing was done: {}", message_of(kept))};
  }
  const auto stopped = call_supervisor(task, "supervisor.stopProcess", {program, true}, task.runbook->timeout);
  if (!stopped.ok()) return {Ran::uncertain, std::string(message_of(stopped.status()))};
  // Not running is why people restart things.
  if (stopped->fault_code != 0 && stopped->fault_code != kNotRunning) {
    return {Ran::failed, fmt::format("{} was not stopped: {}", program, stopped->fault)};
  }
  const auto started = call_supervisor(task, "supervisor.startProcess", {program, true}, task.runbook->timeout);
  if (!started.ok()) return {Ran::uncertain, std::string(message_of(started.status()))};
  if (started->fault_code != 0 && started->fault_code != kAlreadyStarted) {
    return {Ran::failed, fmt::format("{} was stopped and does not start: {}", program, started->fault)};
  }
  return {Ran::succeeded, fmt::format("{} was restarted by supervisor", program)};
}

CheckAnswer SupervisorActuator::check(const Task& task) {
  const auto now = process_state(task);
  if (!now.ok()) return {Seen::unknown, std::string(message_of(now.status()))};
  const std::string text = fmt::format("supervisor says {}, pid {}, started at {}", now->state, now->pid,
                                       to_rfc3339(Timestamp{now->start * 1'000'000'000}));
  // supervisor tells whole seconds, so a process of the same second is told apart by the mark only.
  const bool new_enough = now->start >= task.started_at.ns / 1'000'000'000;
  const bool another = !task.mark.empty() && state_mark(*now) != task.mark;
  if (now->state == "RUNNING" && new_enough && another) return {Seen::done, text};
  if (now->state == "STARTING" || now->state == "STOPPING") return {Seen::unknown, text};
  return {Seen::not_done, text};
}

CheckAnswer SupervisorActuator::recover(const Task& task) {
  if (task.mark.empty()) return {Seen::not_done, "hand was stopped before supervisor was asked"};
  // supervisor finishes a stop or start it was asked for even when the asking connection is gone.
  CheckAnswer answer = check(task);
  for (int i = 0; i < 20 && answer.seen == Seen::unknown; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    answer = check(task);
  }
  const auto now = process_state(task);
  if (answer.seen == Seen::not_done && now.ok() && now->state == "STOPPED") {
    answer.text += "; it was stopped and not started again: it is down and needs a start";
  }
  return answer;
}

}  // namespace nightjar
