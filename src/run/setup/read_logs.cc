#include "run/setup/read_logs.h"

#include <re2/re2.h>

#include "base/text.h"
#include "io/net/address_list.h"
#include "io/net/http_server.h"
#include "run/setup/read_doors.h"

namespace nightjar {
namespace {

// A text or a list of them.
std::vector<std::string> one_or_more(YamlReader& reader, const YAML::Node& map, const char* key) {
  const YAML::Node node = map[key];
  if (node && node.IsScalar()) return {reader.required_text(map, key)};
  return reader.texts(map, key);
}

void read_labels(YamlReader& reader, const YAML::Node& node, Attributes& labels) {
  if (!node || node.IsNull() || !reader.free_mapping(node)) return;
  for (const auto& entry : node) {
    const std::string name = entry.first.Scalar();
    if (name.empty() || name.size() > 256 || !entry.second.IsScalar())
      return reader.fail(entry.first, "a label is a name of at most 256 bytes and a text");
    labels.emplace_back(name, cut(entry.second.Scalar(), 4096));
  }
}

void read_tail_group(YamlReader& reader, const YAML::Node& node, Settings& settings) {
  if (!reader.mapping(node, {"files", "service", "labels", "from", "multiline"})) return;
  TailPart part;
  for (const std::string& pattern : one_or_more(reader, node, "files"))
    part.files.push_back(resolve_path(settings.file, pattern));
  if (reader.status().ok() && part.files.empty())
    return reader.fail(node, "tail needs files: a path or pattern, or a list of them");
  read_labels(reader, node["labels"], part.labels);
  if (const std::string service = reader.text(node, "service"); !service.empty()) {
    std::erase_if(part.labels, [](const auto& label) { return label.first == "service.name"; });
    part.labels.emplace_back("service.name", service);
  }
  std::sort(part.labels.begin(), part.labels.end());
  const std::string from = reader.text(node, "from", "end");
  if (from != "end" && from != "beginning") reader.fail(node["from"], "from must be end or beginning");
  part.from_beginning = from == "beginning";
  part.multiline = reader.text(node, "multiline", "auto");
  // YAML's own "off" comes as the text it was written as.
  if (part.multiline != "auto" && part.multiline != "off") {
    RE2::Options quiet;
    quiet.set_log_errors(false);
    if (const RE2 pattern(part.multiline, quiet); !pattern.ok())
      reader.fail(node["multiline"],
                  fmt::format("multiline is auto, off, or a pattern that begins a record: {}", pattern.error()));
  }
  settings.tail.push_back(std::move(part));
}

}  // namespace

void read_syslog_door(YamlReader& reader, const YAML::Node& node, SyslogPart& part) {
  if (!node || !reader.mapping(node, {"allow_from"})) return;
  part.allow_from = reader.texts(node, "allow_from");
  for (std::size_t i = 0; reader.status().ok() && i < part.allow_from.size(); ++i)
    if (const auto parsed = AddressList::parse({part.allow_from[i]}); !parsed.ok())
      reader.fail(node["allow_from"][i], message_of(parsed.status()));
}

void refuse_open_syslog(YamlReader& reader, const YAML::Node& listen, const Settings& settings) {
  if (!settings.syslog.allow_from.empty()) return;
  const std::pair<const char*, const std::string&> listeners[] = {
      {"syslog_udp", settings.syslog.udp}, {"syslog_tcp", settings.syslog.tcp}, {"syslog_tls", settings.syslog.tls}};
  for (const auto& [key, address] : listeners) {
    const auto parsed = parse_host_port(address);
    if (address.empty() || !reader.status().ok() || !parsed.ok() || is_loopback(parsed->host)) continue;
    reader.fail(listen[key],
                fmt::format("{} can be reached from other machines and syslog has no tokens; say which may "
                            "send: doors: {{syslog: {{allow_from: [\"10.0.0.0/8\"]}}}}",
                            address));
  }
}

void read_tls(YamlReader& reader, const YAML::Node& root, Settings& settings) {
  const YAML::Node node = root["tls"];
  if (node && reader.mapping(node, {"certificate_file", "key_file", "client_ca_file"})) {
    settings.tls.certificate_file = resolve_path(settings.file, reader.required_text(node, "certificate_file"));
    settings.tls.key_file = resolve_path(settings.file, reader.required_text(node, "key_file"));
    settings.tls.client_ca_file = resolve_path(settings.file, reader.text(node, "client_ca_file"));
  }
  if (reader.status().ok() && !settings.syslog.tls.empty() && settings.tls.certificate_file.empty())
    reader.fail(root["listen"]["syslog_tls"],
                "syslog_tls needs a certificate: tls: {certificate_file: FILE, key_file: FILE}");
}

void read_tail(YamlReader& reader, const YAML::Node& list, Settings& settings) {
  if (!list || list.IsNull() || !reader.status().ok()) return;
  if (!list.IsSequence()) return reader.fail(list, "tail must be a list");
  for (const auto& node : list)
    if (reader.status().ok()) read_tail_group(reader, node, settings);
}

}  // namespace nightjar
