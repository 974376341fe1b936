// run/setup/read_doors.h
// The `doors` part of nightjar.yaml: who may send, and the secrets of the doors that are known by one. Internal to
// run/setup.
#pragma once

#include "io/act/yaml_reader.h"
#include "run/setup/settings.h"

namespace nightjar {

void read_doors(YamlReader& reader, const YAML::Node& doors, Settings& settings);
// Addresses that other machines can reach need a token: anybody could write what they like into them.
void refuse_open_doors(YamlReader& reader, const YAML::Node& root, const Settings& settings);

// `token_sha256` of a person or sender: 64 lower-case hex digits.
std::string read_token_hash(YamlReader& reader, const YAML::Node& node);
// Relative to the file's own folder, so that a config directory can be moved as a whole.
std::string resolve_path(const std::string& file, const std::string& path);

// Whether only this machine can reach a listener on this host.
bool is_loopback(std::string_view host);

}  // namespace nightjar
