// run/live/engine_loop.h
// Takes Inputs in order, steps the engine, saves its effects, then has them carried out. One thread of its own; io
// reaches it only through the queue. Saved first: journal (effects), records, rollups; then hand, outbox and the
// console's stream are told. What is carried out carries an id, so that doing it again after a crash is no second time.
// Every ten minutes, and at a clean stop, the engine's state goes to the disk, so that a restart replays minutes.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "model/input.h"
#include "run/driver/driver.h"
#include "run/live/snapshot_keeper.h"
#include "run/replay/replay.h"
#include "store/journal/journal.h"
#include "store/records/records.h"
#include "store/rollups/rollups.h"

namespace nightjar {

// Who carries effects out; all may be empty (then it is only saved). Called on the engine's thread, must not block.
struct CarryOut {
  std::function<void(const Action&)> dispatch;
  std::function<void(const Delivery&)> deliver;
  std::function<void(const ActionReport&)> confirm;        // a report is durable: hand may forget it
  std::function<void(const Input&, const Effects&)> tell;  // for the console's stream and status
};

// What effects are saved to and where the engine comes back from. Outlives the loop.
struct LiveStores {
  Journal& journal;
  Records& records;
  Rollups& rollups;
  SnapshotStore& snapshots;
};

class EngineLoop {
 public:
  EngineLoop(const LiveStores& stores, const DriverSettings& settings, const SnapshotSettings& snapshots = {});
  ~EngineLoop();

  // Newest snapshot that can be started from, then the journal behind it; all of the journal when there is none. Brings
  // the records up to it. Before start().
  struct Recovered {
    Timestamp last_time;         // of the last Input
    Sequence from_snapshot = 0;  // 0: none
    ReplayCounts replayed;
  };
  absl::StatusOr<Recovered> recover();
  void start(CarryOut carry_out);
  void stop();

  void push(Input input);
  std::size_t backlog() const;
  const World& world() const { return driver_->world(); }                    // before start() or after stop() only
  SnapshotFigures snapshot_figures() const { return snapshots_.figures(); }  // any thread

 private:
  void run();
  void handle(const Input& input);
  void save(const Input& input, const Effects& effects);
  void restore_newest(Recovered& recovered);
  void keep_snapshot();

  const LiveStores stores_;
  const DriverSettings settings_;
  std::unique_ptr<Driver> driver_;
  SnapshotKeeper snapshots_;
  bool all_saved_ = true;  // false: something could not be written, and only a restart may try it again
  CarryOut carry_out_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Input> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace nightjar
