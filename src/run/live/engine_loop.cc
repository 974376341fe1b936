#include "run/live/engine_loop.h"

#include <spdlog/spdlog.h>

#include "base/text.h"
#include "run/replay/replay.h"
#include "wire/json/effect_json.h"

namespace nightjar {

EngineLoop::EngineLoop(Journal& journal, Records& records, Rollups& rollups, const DriverSettings& settings)
    : journal_(journal), records_(records), rollups_(rollups), driver_(settings) {}

EngineLoop::~EngineLoop() { stop(); }

absl::StatusOr<EngineLoop::Recovered> EngineLoop::recover() {
  Recovered recovered;
  const auto done = journal_.position("effects_done");
  if (!done.ok()) return done.status();
  const auto counts = feed(journal_, driver_, [&](const Input& input, const Effects& effects) -> absl::Status {
    recovered.last_time = input.time;
    // What was derived before the crash but not saved is saved now; carrying out begins with start().
    if (input.sequence > *done) save(input, effects);
    return absl::OkStatus();
  });
  if (!counts.ok()) return counts.status();
  recovered.inputs = counts->inputs;
  recovered.damaged = counts->damaged;
  return recovered;
}

void EngineLoop::start(CarryOut carry_out) {
  carry_out_ = std::move(carry_out);
  thread_ = std::thread([this] { run(); });
}

void EngineLoop::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void EngineLoop::push(Input input) {
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(input));
  }
  changed_.notify_one();
}

std::size_t EngineLoop::backlog() const {
  std::lock_guard lock(mutex_);
  return waiting_.size();
}

void EngineLoop::run() {
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;  // stopping, and everything journalled has been thought through
    const Input input = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    handle(input);
  }
}

void EngineLoop::handle(const Input& input) {
  const Effects effects = driver_.step(input);
  save(input, effects);
  for (const Effect& effect : effects) {
    if (const auto* dispatch = std::get_if<DispatchAction>(&effect); dispatch != nullptr && carry_out_.dispatch)
      carry_out_.dispatch(dispatch->action);
    if (const auto* deliver = std::get_if<Deliver>(&effect); deliver != nullptr && carry_out_.deliver)
      carry_out_.deliver(deliver->delivery);
  }
  if (const auto* reported = std::get_if<ActionReported>(&input.body); reported != nullptr && carry_out_.confirm)
    carry_out_.confirm(reported->report);
  if (carry_out_.tell) carry_out_.tell(input, effects);
}

void EngineLoop::save(const Input& input, const Effects& effects) {
  if (!effects.empty()) {
    std::vector<std::string> lines;
    for (const Effect& effect : effects) lines.push_back(encode_effect(effect));
    if (const absl::Status status = journal_.append_effects(input.sequence, lines); !status.ok())
      spdlog::error("journal, effects of input {}: {}", input.sequence, message_of(status));
  }
  // Signals have no effects of their own; their position is passed with the next tick.
  if (std::holds_alternative<SignalsArrived>(input.body)) return;
  if (const absl::Status status = records_.apply(input, effects); !status.ok())
    spdlog::error("records, input {}: {}", input.sequence, message_of(status));
  for (const Effect& effect : effects)
    if (const auto* closed = std::get_if<CloseWindow>(&effect))
      if (const absl::Status status = rollups_.put(closed->rollups, closed->judgement); !status.ok())
        spdlog::error("rollups, window {}: {}", to_rfc3339(closed->rollups.window.start), message_of(status));
  if (const absl::Status status = journal_.set_position("effects_done", input.sequence); !status.ok())
    spdlog::error("journal, position {}: {}", input.sequence, message_of(status));
}

}  // namespace nightjar
