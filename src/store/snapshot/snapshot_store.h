// store/snapshot/snapshot_store.h
// The newest states of the engine, one file each, so that a restart replays minutes of the journal instead of all of
// it. run/live writes and reads them; `nightjar replay` reads. A file is there as a whole or not at all: written under
// another name, fsynced, renamed, the folder fsynced. The newest two are kept, so that a damaged one costs a longer
// replay and nothing else.
//
// Threads: any, for different calls; one write() at a time. One process writes (it has the journal open).
#pragma once

#include <string>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "store/snapshot/snapshot_file.h"

namespace nightjar {

class SnapshotStore {
 public:
  static constexpr std::size_t kept = 2;

  // `folder` need not exist; write() makes it.
  explicit SnapshotStore(std::string folder) : folder_(std::move(folder)) {}

  // Durable when it returns OK; gives the size of the file. Then all but this
  // one and the one before it go. UNAVAILABLE: the
  // disk is full; else INTERNAL. After a failure the older ones are as before.
  absl::StatusOr<std::uint64_t> write(const Snapshot& snapshot);
  // Sequences of what lies there, newest first, by name only. Empty when there is no folder.
  std::vector<Sequence> sequences() const;
  // NOT_FOUND; DATA_LOSS when it is damaged; FAILED_PRECONDITION when another version wrote it. The message names the
  // file.
  absl::StatusOr<Snapshot> read(Sequence sequence) const;

 private:
  std::string path_of(Sequence sequence) const;
  std::string folder_;
};

}  // namespace nightjar
