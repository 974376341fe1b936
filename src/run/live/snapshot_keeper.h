// run/live/snapshot_keeper.h
// When a snapshot is due, and writing it away from the engine's thread: packing and fsync take as long as they take,
// the engine goes on. One is written at a time; one that fails is told and tried again when the next is due. Owned and
// called by EngineLoop on the engine's thread; figures() from any.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "model/input.h"
#include "store/snapshot/snapshot_store.h"

namespace nightjar {

struct SnapshotSettings {
  Duration every = minutes(10);  // engine time
};

// For /metrics.
struct SnapshotFigures {
  Sequence sequence = 0;     // of the newest on the disk; 0 none
  Timestamp engine_time;     // of its last Input
  std::uint64_t bytes = 0;   // of its file; 0 when it was there at the start
  double take_seconds = 0;   // the engine stood still for
  double write_seconds = 0;  // until it was durable, beside the engine
};

class SnapshotKeeper {
 public:
  // `make_durable`: everything that effects were saved to. Called before a file is written: once it is there, nobody
  // derives those effects again.
  SnapshotKeeper(SnapshotStore& store, SnapshotSettings settings, std::function<absl::Status()> make_durable);
  ~SnapshotKeeper();

  // The engine begins with the state of this snapshot; 0 and the time of the first Input when there is none.
  void begin_from(Sequence sequence, Timestamp engine_time);
  // After each Input that was handled and saved.
  void handled(const Input& input);
  // `every` has passed with anything but ticks in it, or six times that (closing empty windows takes its time too), and
  // none is being written.
  bool due() const;
  // Whether anything was handled since the last one.
  bool behind() const { return last_.sequence > taken_.sequence; }
  // Takes the state after the Input handled last and writes it on another thread. `take` runs before it returns.
  void keep(const std::function<std::string()>& take);
  // Waits for the one being written.
  void finish();

  SnapshotFigures figures() const;

 private:
  struct Moment {
    Sequence sequence = 0;
    Timestamp engine_time;
  };
  void write(const Snapshot& snapshot);

  SnapshotStore& store_;
  const SnapshotSettings settings_;
  const std::function<absl::Status()> make_durable_;
  Moment taken_, last_;
  bool more_than_ticks_ = false;
  std::thread writing_;
  std::atomic<bool> busy_ = false;
  std::atomic<Sequence> sequence_ = 0;
  std::atomic<std::int64_t> engine_time_ns_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::atomic<double> take_seconds_ = 0, write_seconds_ = 0;
};

}  // namespace nightjar
