// run/setup/read_logs.h
// What nightjar.yaml says of logs that come by themselves: syslog listeners and their certificate, tailed files.
// Internal to run/setup.
#pragma once

#include "io/act/yaml_reader.h"
#include "run/setup/settings.h"

namespace nightjar {

void read_syslog_door(YamlReader& reader, const YAML::Node& node, SyslogPart& part);
// Syslog has no tokens: a listener that other machines reach needs doors.syslog.allow_from.
void refuse_open_syslog(YamlReader& reader, const YAML::Node& listen, const Settings& settings);
// `tls`, and that a TLS listener has one.
void read_tls(YamlReader& reader, const YAML::Node& root, Settings& settings);
void read_tail(YamlReader& reader, const YAML::Node& list, Settings& settings);

}  // namespace nightjar
