// wire/prometheus/file_sd.h
// Lists of targets in Prometheus' own file format (file_sd): what other tools already write for it.
//
//   [{"targets": ["web-1:9090", "web-2:9090"], "labels": {"team": "shop", "__metrics_path__": "/stats"}}]
//
// or the same as YAML. Pure; any thread. Whole or not at all: half a list would end the series of the other half.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "model/signals.h"

namespace nightjar {

struct TargetGroup {
  std::vector<std::string> targets;  // host:port, or a host
  Attributes labels;                 // sorted; also those that begin with "__"
};

enum class TargetsFormat : std::uint8_t { json, yaml };
inline constexpr std::size_t kTargetsFileBytes = 4u << 20;
inline constexpr std::size_t kTargetsInFile = 20'000;
// All of a target together: they are copied to each of its samples.
inline constexpr std::size_t kTargetLabels = 64, kTargetLabelBytes = 2048;

// INVALID_ARGUMENT says what is wrong and where (line and column, or byte); RESOURCE_EXHAUSTED: over a limit. `what`
// names the file in the message.
absl::StatusOr<std::vector<TargetGroup>> parse_target_groups(TargetsFormat format, std::string_view bytes,
                                                             std::string_view what);

// host, host:port, [::1]:port: nothing that could change the rest of a URL.
bool is_target_address(std::string_view text);
// [a-zA-Z_][a-zA-Z0-9_]*
bool is_label_name(std::string_view text);
// INVALID_ARGUMENT says which of them cannot be a label.
absl::Status check_target_labels(const Attributes& labels);

}  // namespace nightjar
