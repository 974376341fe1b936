// run/setup/read_policies.h
// The `policies` part of nightjar.yaml. Internal to run/setup.
#pragma once

#include <vector>

#include "io/act/yaml_reader.h"
#include "model/config.h"

namespace nightjar {

std::vector<PolicyConfig> read_policies(YamlReader& reader, const YAML::Node& list);
// Number at `key`, within [low, high]; `otherwise` when it is not there. Fails with the place.
double read_number(YamlReader& reader, const YAML::Node& map, const char* key, double otherwise, double low,
                   double high);

}  // namespace nightjar
