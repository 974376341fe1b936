// run/setup/read_scrape.h
// The `scrape` part of nightjar.yaml: what we go and read. Internal to run/setup.
#pragma once

#include "io/act/yaml_reader.h"
#include "run/setup/settings.h"

namespace nightjar {

void read_scrape(YamlReader& reader, const YAML::Node& list, Settings& settings);

}  // namespace nightjar
