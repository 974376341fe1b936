// run/setup/read_alert_doors.h
// The parts of `doors` in nightjar.yaml that concern who may send and the doors of alerts: tokens, sentry, cloudwatch.
// Internal to run/setup.
#pragma once

#include "io/act/yaml_reader.h"
#include "run/setup/settings.h"

namespace nightjar {

// 64 lower-case hex digits.
bool is_sha256_hex(const std::string& text);

void read_door_tokens(YamlReader& reader, const YAML::Node& list, Settings& settings);
// Files stay as written: relative to the file they stand in.
AlertDoorsPart read_alert_doors(YamlReader& reader, const YAML::Node& doors);

}  // namespace nightjar
