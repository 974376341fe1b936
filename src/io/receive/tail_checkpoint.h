// io/receive/tail_checkpoint.h
// How far each tailed file has been journalled: data_dir/tail.json, written whole under another name, fsynced, renamed,
// the folder fsynced. Written only after the journal has the lines: a kill between the two repeats lines, it never
// loses any. One writer, FileTail's thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

namespace nightjar {

// A file is its device and inode; the path is where it was last seen. Inodes are used again, so that the first bytes
// are remembered too.
struct TailPosition {
  std::string path;
  std::uint64_t device = 0, inode = 0;
  std::uint64_t offset = 0;      // what is before it is journalled
  std::uint32_t head_bytes = 0;  // how many of the first bytes `head_hash` is of
  std::uint64_t head_hash = 0;
};

struct TailCheckpoint {
  std::vector<TailPosition> files;
  std::vector<std::string> patterns;  // that have been followed before: their new files are read from the start
};

// Nothing there is an empty checkpoint. INTERNAL: it is there and cannot be read; the message says what to do.
absl::StatusOr<TailCheckpoint> load_tail_checkpoint(const std::string& path);
absl::Status save_tail_checkpoint(const std::string& path, const TailCheckpoint& checkpoint);

}  // namespace nightjar
