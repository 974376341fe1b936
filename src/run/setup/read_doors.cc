#include "run/setup/read_doors.h"

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "io/net/http_server.h"
#include "io/receive/door_token.h"
#include "run/setup/read_logs.h"

namespace nightjar {
namespace {

// Each webhook door has one secret: a key that the sender signs with, or a token that it shows.
constexpr std::pair<const char*, const char*> kDoorSecrets[] = {
    {"github", "secret_file"},  {"gitlab", "token_file"}, {"gitea", "secret_file"},
    {"jenkins", "token_file"},  {"argocd", "token_file"}, {"flux", "secret_file"},
    {"cdevents", "token_file"}, {"jira", "secret_file"},  {"servicenow", "token_file"}};

void read_kinds(YamlReader& reader, const YAML::Node& node, DoorTokenSettings& token) {
  token.kinds = reader.texts(node, "kinds");
  std::vector<std::string> known;
  for (int i = 0; i < kSentKinds; ++i) known.emplace_back(word(static_cast<SentKind>(i)));
  for (std::size_t i = 0; reader.status().ok() && i < token.kinds.size(); ++i) {
    if (parse_sent_kind(token.kinds[i])) continue;
    const std::string_view near = nearest_word(token.kinds[i], known);
    const YAML::Node at = node["kinds"].IsSequence() ? node["kinds"][i] : node["kinds"];
    reader.fail(at, near.empty()
                        ? fmt::format("kind \"{}\" is not known; known are: {}", token.kinds[i], fmt::join(known, ", "))
                        : fmt::format("kind \"{}\" is not known; did you mean \"{}\"?", token.kinds[i], near));
  }
}

void read_labels(YamlReader& reader, const YAML::Node& node, DoorTokenSettings& token) {
  const YAML::Node labels = node["labels"];
  if (!labels || !reader.free_mapping(labels)) return;
  for (const auto& pair : labels) {
    const std::string key = pair.first.Scalar();
    if (key.empty() || key.size() > 256 || !pair.second.IsScalar() || pair.second.Scalar().empty())
      return reader.fail(pair.second, fmt::format("label \"{}\" needs one text that is not empty", key));
    token.labels.emplace_back(key, cut(pair.second.Scalar(), 4096));
  }
  std::sort(token.labels.begin(), token.labels.end());
}

void read_tokens(YamlReader& reader, const YAML::Node& list, Settings& settings) {
  if (!list || list.IsNull() || !reader.status().ok()) return;
  if (!list.IsSequence()) return reader.fail(list, "doors.tokens must be a list");
  for (const auto& node : list) {
    if (!reader.status().ok() ||
        !reader.mapping(node, {"name", "token_sha256", "kinds", "labels", "max_series", "expires"}))
      return;
    DoorTokenSettings token{reader.required_text(node, "name"), read_token_hash(reader, node)};
    // What is journalled with a body is the name, and labels and quota are looked up by it.
    for (const DoorTokenSettings& other : settings.door_tokens)
      if (other.name == token.name)
        reader.fail(node["name"], fmt::format("two tokens are named \"{0}\"; while one replaces the other call the new "
                                              "one \"{0}-2\"",
                                              token.name));
    read_kinds(reader, node, token);
    read_labels(reader, node, token);
    if (const std::string text = reader.text(node, "max_series"); !text.empty()) {
      if (text.size() > 8 || text.find_first_not_of("0123456789") != std::string::npos || std::stoul(text) == 0)
        reader.fail(node["max_series"], "max_series is a number of series, 1 to 99999999");
      else
        token.max_series = std::stoul(text);
    }
    if (const std::string text = reader.text(node, "expires"); !text.empty()) {
      token.expires = parse_rfc3339(text.size() == 10 ? text + "T00:00:00Z" : text);
      if (!token.expires) reader.fail(node["expires"], "expires is a date, such as 2027-06-30");
    }
    settings.door_tokens.push_back(std::move(token));
  }
}

// arn:aws:sns:<region>:<account of twelve digits>:<topic>, also of other partitions ("aws-cn").
bool is_topic_arn(const std::string& text) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == ':')
      parts.emplace_back();
    else
      parts.back().push_back(c);
  }
  return parts.size() == 6 && parts[0] == "arn" && parts[1].starts_with("aws") && parts[2] == "sns" &&
         !parts[3].empty() && parts[4].size() == 12 && parts[4].find_first_not_of("0123456789") == std::string::npos &&
         !parts[5].empty();
}

bool read_flag(YamlReader& reader, const YAML::Node& map, const char* key) {
  const std::string text = reader.text(map, key, "false");
  if (text != "true" && text != "false") reader.fail(map[key], fmt::format("{} must be true or false", key));
  return text == "true";
}

void read_cloudwatch(YamlReader& reader, const YAML::Node& node, AlertDoorsPart& part) {
  if (!node || !reader.mapping(node, {"topics", "confirm"})) return;
  part.cloudwatch_topics = reader.texts(node, "topics");
  part.cloudwatch_confirm = read_flag(reader, node, "confirm");
  for (std::size_t i = 0; reader.status().ok() && i < part.cloudwatch_topics.size(); ++i)
    if (!is_topic_arn(part.cloudwatch_topics[i]))
      reader.fail(
          node["topics"][i],
          fmt::format("\"{}\" is not the ARN of an SNS topic, such as arn:aws:sns:eu-west-1:123456789012:alarms",
                      part.cloudwatch_topics[i]));
  if (reader.status().ok() && part.cloudwatch_topics.empty())
    reader.fail(node, "doors.cloudwatch needs topics: the ARNs of the SNS topics whose alarms may come");
}

}  // namespace

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host == "[::1]" || host.substr(0, 4) == "127.";
}

std::string resolve_path(const std::string& file, const std::string& path) {
  if (path.empty() || path.front() == '/') return path;
  return (std::filesystem::absolute(file).parent_path() / path).lexically_normal().string();
}

std::string read_token_hash(YamlReader& reader, const YAML::Node& node) {
  std::string hash = reader.required_text(node, "token_sha256");
  if (reader.status().ok() && (hash.size() != 64 || hash.find_first_not_of("0123456789abcdef") != std::string::npos))
    reader.fail(node["token_sha256"],
                "token_sha256 is the SHA-256 of the token as 64 hex digits: printf %s TOKEN | sha256sum");
  return hash;
}

void read_doors(YamlReader& reader, const YAML::Node& doors, Settings& settings) {
  if (!doors || !reader.mapping(doors, {"tokens", "github", "gitlab", "gitea", "jenkins", "argocd", "flux", "cdevents",
                                        "jira", "servicenow", "sentry", "cloudwatch", "syslog"}))
    return;
  read_tokens(reader, doors["tokens"], settings);
  for (const auto& [door, key] : kDoorSecrets)
    if (const YAML::Node node = doors[door]; node && reader.mapping(node, {key}))
      settings.door_secret_files[door] = resolve_path(settings.file, reader.required_text(node, key));
  if (const YAML::Node sentry = doors["sentry"]; sentry && reader.mapping(sentry, {"secret_file"}))
    settings.alert_doors.sentry_secret_file = resolve_path(settings.file, reader.required_text(sentry, "secret_file"));
  read_cloudwatch(reader, doors["cloudwatch"], settings.alert_doors);
  read_syslog_door(reader, doors["syslog"], settings.syslog);
}

void refuse_open_doors(YamlReader& reader, const YAML::Node& root, const Settings& settings) {
  refuse_open_syslog(reader, root["listen"], settings);
  if (!settings.door_tokens.empty() || !reader.status().ok()) return;
  const std::pair<const char*, const std::string&> doors[] = {
      {"http", settings.http}, {"otlp_http", settings.otlp_http}, {"otlp_grpc", settings.otlp_grpc}};
  for (const auto& [key, address] : doors) {
    const auto parsed = parse_host_port(address);
    if (!parsed.ok() || is_loopback(parsed->host)) continue;
    reader.fail(
        root["listen"][key],
        fmt::format("{} can be reached from other machines and no token guards it; add: doors: {{tokens: [{{name: "
                    "collector, token_sha256: HASH}}]}} with HASH from: printf %s TOKEN | sha256sum",
                    address));
  }
}

}  // namespace nightjar
