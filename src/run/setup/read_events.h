// run/setup/read_events.h
// The `events` part of nightjar.yaml: mappings for tools nobody knows. Internal to run/setup.
#pragma once

#include "io/act/yaml_reader.h"
#include "run/setup/settings.h"

namespace nightjar {

void read_events(YamlReader& reader, const YAML::Node& events, Settings& settings);

}  // namespace nightjar
