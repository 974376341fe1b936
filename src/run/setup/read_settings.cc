#include <set>

#include "base/text.h"
#include "io/net/http_server.h"
#include "run/setup/read_doors.h"
#include "run/setup/read_events.h"
#include "run/setup/read_logs.h"
#include "run/setup/read_policies.h"
#include "run/setup/read_scrape.h"
#include "run/setup/settings.h"

namespace nightjar {
namespace {

template <class Read>
void each(YamlReader& reader, const YAML::Node& list, std::string_view what, Read read) {
  if (!list || list.IsNull() || !reader.status().ok()) return;
  if (!list.IsSequence()) return reader.fail(list, fmt::format("{} must be a list", what));
  for (const auto& node : list) {
    if (!reader.status().ok()) return;
    read(node);
  }
}

void read_listen(YamlReader& reader, const YAML::Node& node, Settings& settings) {
  if (!node || !reader.mapping(node, {"http", "otlp_http", "otlp_grpc", "syslog_udp", "syslog_tcp", "syslog_tls"}))
    return;
  const auto address = [&](const char* key, std::string& value) {
    value = reader.text(node, key, value);
    if (value.empty()) return;  // closed
    if (const auto parsed = parse_host_port(value); !parsed.ok() && reader.status().ok())
      reader.fail(node[key], message_of(parsed.status()));
  };
  address("http", settings.http);
  address("otlp_http", settings.otlp_http);
  address("otlp_grpc", settings.otlp_grpc);
  address("syslog_udp", settings.syslog.udp);
  address("syslog_tcp", settings.syslog.tcp);
  address("syslog_tls", settings.syslog.tls);
}

void read_people(YamlReader& reader, const YAML::Node& list, Settings& settings) {
  static const std::set<std::string> kRoles = {"viewer", "responder", "operator", "admin"};
  each(reader, list, "people", [&](const YAML::Node& node) {
    if (!reader.mapping(node, {"name", "token_sha256", "roles"})) return;
    PersonSettings person{reader.required_text(node, "name"), read_token_hash(reader, node),
                          reader.texts(node, "roles")};
    for (const std::string& role : person.roles)
      if (!kRoles.contains(role))
        reader.fail(node["roles"],
                    fmt::format("role \"{}\" is not known; known are: viewer, responder, operator, admin", role));
    settings.people.push_back(std::move(person));
  });
}

void read_destinations(YamlReader& reader, const YAML::Node& list, Settings& settings) {
  static const std::map<std::string, DestinationKind> kKinds = {{"slack", DestinationKind::slack},
                                                                {"email", DestinationKind::email},
                                                                {"github_issues", DestinationKind::github_issues},
                                                                {"webhook", DestinationKind::webhook}};
  each(reader, list, "destinations", [&](const YAML::Node& node) {
    if (!reader.mapping(node, {"name", "kind", "url", "channel", "repository", "smtp", "from", "to", "token_file",
                               "allow_private"}))
      return;
    DestinationSettings destination;
    destination.name = reader.required_text(node, "name");
    const auto kind = kKinds.find(reader.required_text(node, "kind"));
    if (kind == kKinds.end())
      return reader.fail(node["kind"] ? node["kind"] : node, "kind must be slack, email, github_issues or webhook");
    destination.kind = kind->second;
    destination.url = reader.text(node, "url");
    destination.channel = reader.text(node, "channel");
    destination.repository = reader.text(node, "repository");
    destination.smtp = reader.text(node, "smtp");
    destination.from = reader.text(node, "from");
    destination.to = reader.texts(node, "to");
    destination.token_file = resolve_path(settings.file, reader.text(node, "token_file"));
    destination.allow_private = reader.text(node, "allow_private", "false") == "true";
    if (destination.kind == DestinationKind::email ? destination.smtp.empty() || destination.to.empty()
                                                   : destination.url.empty())
      reader.fail(node, destination.kind == DestinationKind::email ? "an email destination needs smtp, from and to"
                                                                   : "this destination needs a url");
    settings.engine.destination_kinds[destination.name] = std::string(word(destination.kind));
    settings.destinations.push_back(std::move(destination));
  });
}

void read_routes(YamlReader& reader, const YAML::Node& list, Settings& settings) {
  std::vector<std::string> known;
  for (const DestinationSettings& destination : settings.destinations) known.push_back(destination.name);
  const auto must_exist = [&](const YAML::Node& node, const std::string& name) {
    if (name.empty() || std::find(known.begin(), known.end(), name) != known.end()) return;
    const std::string_view near = nearest_word(name, known);
    reader.fail(node, near.empty()
                          ? fmt::format("destination \"{}\" is not defined above", name)
                          : fmt::format("destination \"{}\" is not defined above; did you mean \"{}\"?", name, near));
  };
  each(reader, list, "routes", [&](const YAML::Node& node) {
    if (!reader.mapping(node, {"services", "notify", "tickets", "approver"})) return;
    RouteConfig route{reader.texts(node, "services"), reader.texts(node, "notify"), reader.text(node, "tickets"),
                      reader.text(node, "approver")};
    for (const std::string& name : route.notify) must_exist(node["notify"], name);
    must_exist(node["tickets"], route.tickets);
    settings.engine.routes.push_back(std::move(route));
  });
}

void read_services(YamlReader& reader, const YAML::Node& services, const YAML::Node& slos, EngineConfig& engine) {
  each(reader, services, "services", [&](const YAML::Node& node) {
    if (!reader.mapping(node, {"name", "owner", "tier", "repository", "deployed_as"})) return;
    engine.services.push_back({ServiceName{reader.required_text(node, "name")}, reader.text(node, "owner"),
                               reader.text(node, "repository"), read_number(reader, node, "tier", 0.5, 0.25, 1),
                               reader.texts(node, "deployed_as")});
  });
  each(reader, slos, "slos", [&](const YAML::Node& node) {
    if (!reader.mapping(node, {"name", "service", "objective", "window"})) return;
    SloConfig slo;
    slo.name = reader.required_text(node, "name");
    slo.service = ServiceName{reader.required_text(node, "service")};
    slo.objective = read_number(reader, node, "objective", slo.objective, 0.5, 0.999999);
    slo.window = reader.duration(node, "window", slo.window);
    // 14.4 times a budget that is 7 % or more would be over 100 % errors: such an alert can never fire.
    if (14.4 * (1 - slo.objective) >= 1)
      reader.fail(node["objective"], "an objective below 0.9306 cannot burn 14.4 times too fast; use a higher one");
    engine.slos.push_back(std::move(slo));
  });
}

void read_hand(YamlReader& reader, const YAML::Node& node, Settings& settings) {
  settings.hand.socket = resolve_path(settings.file, settings.data_dir + "/hand/hand.sock");
  if (!node || !reader.mapping(node, {"socket", "catalogue", "budget"})) return;
  if (const std::string socket = reader.text(node, "socket"); !socket.empty())
    settings.hand.socket = resolve_path(settings.file, socket);
  settings.hand.catalogue = resolve_path(settings.file, reader.text(node, "catalogue"));
  if (const YAML::Node budget = node["budget"]; budget && reader.mapping(budget, {"actions_per_15m"}))
    settings.hand.actions_per_15m = static_cast<int>(read_number(reader, budget, "actions_per_15m", 3, 0, 100));
}

}  // namespace

absl::StatusOr<Settings> read_settings(const std::string& path) {
  Settings settings;
  settings.file = path;
  YamlReader reader(path);
  const YAML::Node root = reader.load();
  if (!reader.status().ok()) return reader.status();
  if (reader.mapping(root,
                     {"data_dir", "listen", "public_url", "lanes", "environment", "people", "doors", "scrape", "events",
                      "services", "slos", "destinations", "routes", "hand", "policies", "tls", "tail"})) {
    settings.data_dir = resolve_path(path, reader.text(root, "data_dir", "data"));
    read_listen(reader, root["listen"], settings);
    settings.public_url = reader.text(root, "public_url", "http://" + settings.http);
    settings.lanes = static_cast<int>(read_number(reader, root, "lanes", 2, 1, 64));
    settings.engine.environment = reader.text(root, "environment", "production");
    settings.engine.public_url = settings.public_url;
    read_people(reader, root["people"], settings);
    read_tls(reader, root, settings);
    read_doors(reader, root["doors"], settings);
    read_tail(reader, root["tail"], settings);
    refuse_open_doors(reader, root, settings);
    read_events(reader, root["events"], settings);
    read_scrape(reader, root["scrape"], settings);
    read_services(reader, root["services"], root["slos"], settings.engine);
    read_destinations(reader, root["destinations"], settings);
    read_routes(reader, root["routes"], settings);
    read_hand(reader, root["hand"], settings);
    settings.engine.policies = read_policies(reader, root["policies"]);
  }
  if (!reader.status().ok()) return reader.status();
  return settings;
}

}  // namespace nightjar
