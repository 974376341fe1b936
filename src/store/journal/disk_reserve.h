// store/journal/disk_reserve.h
// A file of 64 MiB that is only there to be deleted: a full disk must not keep nightjar from starting, because people
// then need it most, and the libraries below it cannot open their files without room to write. Called by run/live at
// start. Source: reliability: "a reserve file is freed to start with 0 bytes free".
#pragma once

#include <string>

#include <absl/status/status.h>

namespace nightjar {

// OK when the disk of `folder` has room to open the stores, if need be after deleting the reserve.
// FAILED_PRECONDITION: it has not; the text says what to do.
absl::Status make_room_to_start(const std::string& folder);
// Makes the reserve again once there is plenty (over 2 GiB, or a fifth of the disk). Not having one is no failure.
void keep_reserve(const std::string& folder);

}  // namespace nightjar
