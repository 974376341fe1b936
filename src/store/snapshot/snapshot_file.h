// store/snapshot/snapshot_file.h
// One snapshot as the bytes of one file. Internal to the room. Pure.
//
//   offset  bytes  little endian
//        0      8  "NJSNAP1\n"
//        8      4  CRC-32C of everything behind it
//       12      4  1: the content is one zstd frame; 0: as it is
//       16      8  sequence of the last Input in it
//       24      8  engine time of that Input, nanoseconds
//       32      8  length of the content once unpacked
//       40      8  length of the content in the file
//       48         content
#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "base/time.h"
#include "model/ids.h"

namespace nightjar {

struct Snapshot {
  Sequence sequence = 0;  // of the last Input in it: the journal goes on from the next
  Timestamp engine_time;  // of that Input
  std::string bytes;      // Driver::snapshot
};

std::string pack_snapshot(const Snapshot& snapshot);
// DATA_LOSS: torn or damaged. FAILED_PRECONDITION: not a snapshot, or of another format. The message has no path.
absl::StatusOr<Snapshot> unpack_snapshot(std::string_view file);

}  // namespace nightjar
