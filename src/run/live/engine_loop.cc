#include "run/live/engine_loop.h"

#include <spdlog/spdlog.h>

#include "base/text.h"
#include "wire/json/effect_json.h"

namespace nightjar {

EngineLoop::EngineLoop(const LiveStores& stores, const DriverSettings& settings, const SnapshotSettings& snapshots)
    : stores_(stores),
      settings_(settings),
      driver_(std::make_unique<Driver>(settings)),
      snapshots_(stores.snapshots, snapshots, [stores]() -> absl::Status {
        if (absl::Status status = stores.journal.make_durable(); !status.ok()) return status;
        if (absl::Status status = stores.records.make_durable(); !status.ok()) return status;
        return stores.rollups.make_durable();
      }) {}

EngineLoop::~EngineLoop() { stop(); }

absl::StatusOr<EngineLoop::Recovered> EngineLoop::recover() {
  Recovered recovered;
  const auto done = stores_.journal.position("effects_done");
  if (!done.ok()) return done.status();
  restore_newest(recovered);
  const auto counts = feed(stores_.journal, recovered.from_snapshot + 1, *driver_,
                           [&](const Input& input, const Effects& effects) -> absl::Status {
                             recovered.last_time = input.time;
                             // What was derived before the crash but not saved is saved now; carrying out begins with
                             // start().
                             if (input.sequence > *done) save(input, effects);
                             snapshots_.handled(input);
                             return absl::OkStatus();
                           });
  if (!counts.ok()) return counts.status();
  recovered.replayed = *counts;
  return recovered;
}

void EngineLoop::restore_newest(Recovered& recovered) {
  for (const Sequence sequence : stores_.snapshots.sequences()) {
    // Ahead of the journal: that one was put back from a copy, and what it does not know must not have happened.
    if (sequence > stores_.journal.last_sequence()) {
      spdlog::warn("the snapshot of input {} is ahead of the journal and left alone", sequence);
      continue;
    }
    const absl::StatusOr<Snapshot> snapshot = stores_.snapshots.read(sequence);
    const absl::Status status = snapshot.ok() ? driver_->restore(snapshot->bytes) : snapshot.status();
    if (status.ok()) {
      recovered.from_snapshot = sequence;
      recovered.last_time = snapshot->engine_time;
      snapshots_.begin_from(sequence, snapshot->engine_time);
      return;
    }
    spdlog::warn("the snapshot of input {} cannot be started from: {}", sequence, message_of(status));
    driver_ = std::make_unique<Driver>(settings_);
  }
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
  if (!thread_.joinable()) return;
  thread_.join();
  if (snapshots_.behind()) keep_snapshot();
  snapshots_.finish();
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
  const Effects effects = driver_->step(input);
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
  snapshots_.handled(input);
  if (snapshots_.due()) keep_snapshot();
}

void EngineLoop::keep_snapshot() {
  // A snapshot says "everything up to here is saved".
  if (all_saved_) snapshots_.keep([this] { return driver_->snapshot(); });
}

void EngineLoop::save(const Input& input, const Effects& effects) {
  const auto must = [&](const absl::Status& status, std::string_view where) {
    if (status.ok()) return;
    all_saved_ = false;
    spdlog::error("{}, input {}: {}", where, input.sequence, message_of(status));
  };
  if (!effects.empty()) {
    std::vector<std::string> lines;
    for (const Effect& effect : effects) lines.push_back(encode_effect(effect));
    must(stores_.journal.append_effects(input.sequence, lines), "journal, effects");
  }
  // Signals have no effects of their own; their position is passed with the next tick.
  if (std::holds_alternative<SignalsArrived>(input.body)) return;
  must(stores_.records.apply(input, effects), "records");
  for (const Effect& effect : effects)
    if (const auto* closed = std::get_if<CloseWindow>(&effect))
      must(stores_.rollups.put(closed->rollups, closed->judgement), "rollups");
  // Behind something unsaved the position stays where it is, and no snapshot is taken: the next start derives it again.
  if (all_saved_) must(stores_.journal.set_position("effects_done", input.sequence), "journal, position");
}

}  // namespace nightjar
