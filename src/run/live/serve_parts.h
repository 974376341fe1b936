// run/live/serve_parts.h
// Pieces of serve's start that read files: data directory, secrets, destinations, what the doors ask for. Internal to
// run/live.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <absl/status/statusor.h>

#include "io/net/clock.h"
#include "io/receive/alert_doors.h"
#include "io/receive/file_tail.h"
#include "io/receive/syslog.h"
#include "io/send/destination.h"
#include "run/setup/settings.h"

namespace nightjar {

// Makes the folders and proves that they can be written to.
absl::Status prepare_data_dir(const std::string& data_dir);
// First line of the file without its end. NOT_FOUND says what the file is for.
absl::StatusOr<std::string> read_secret(const std::string& path, std::string_view what_for);
// The secret that signs links; made once per data directory, mode 0600.
absl::StatusOr<std::string> link_secret(const std::string& data_dir);
absl::StatusOr<std::map<std::string, std::unique_ptr<Destination>>> make_destinations(const Settings& settings,
                                                                                      const Clock& clock);
// Who may send to the doors.
std::vector<DoorToken> door_tokens(const Settings& settings);
// The secrets of the alert doors, read from their files; documents of Amazon SNS come over the same guarded way out as
// destinations (io/send/egress), from SNS's own hosts only.
absl::StatusOr<AlertDoorSettings> alert_door_settings(const AlertDoorsPart& part);

SyslogSettings syslog_settings(const Settings& settings);
// The checkpoint is in data_dir.
FileTailSettings tail_settings(const Settings& settings);

}  // namespace nightjar
