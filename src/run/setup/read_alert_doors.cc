#include "run/setup/read_alert_doors.h"

#include <fmt/format.h>

namespace nightjar {
namespace {

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

}  // namespace

bool is_sha256_hex(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

void read_door_tokens(YamlReader& reader, const YAML::Node& list, Settings& settings) {
  if (!list || list.IsNull() || !reader.status().ok()) return;
  if (!list.IsSequence()) return reader.fail(list, "doors.tokens must be a list");
  for (const auto& node : list) {
    if (!reader.status().ok() || !reader.mapping(node, {"name", "token_sha256"})) return;
    DoorTokenSettings token{reader.required_text(node, "name"), reader.required_text(node, "token_sha256")};
    if (reader.status().ok() && !is_sha256_hex(token.token_sha256))
      reader.fail(node["token_sha256"],
                  "token_sha256 is the SHA-256 of the sender's token as 64 hex digits: printf %s TOKEN | sha256sum");
    settings.door_tokens.push_back(std::move(token));
  }
}

AlertDoorsPart read_alert_doors(YamlReader& reader, const YAML::Node& doors) {
  AlertDoorsPart part;
  if (const YAML::Node sentry = doors["sentry"]; sentry && reader.mapping(sentry, {"secret_file"}))
    part.sentry_secret_file = reader.required_text(sentry, "secret_file");
  const YAML::Node cloudwatch = doors["cloudwatch"];
  if (!cloudwatch || !reader.mapping(cloudwatch, {"topics", "confirm"})) return part;
  part.cloudwatch_topics = reader.texts(cloudwatch, "topics");
  part.cloudwatch_confirm = read_flag(reader, cloudwatch, "confirm");
  for (std::size_t i = 0; reader.status().ok() && i < part.cloudwatch_topics.size(); ++i)
    if (!is_topic_arn(part.cloudwatch_topics[i]))
      reader.fail(
          cloudwatch["topics"][i],
          fmt::format("\"{}\" is not the ARN of an SNS topic, such as arn:aws:sns:eu-west-1:123456789012:alarms",
                      part.cloudwatch_topics[i]));
  if (reader.status().ok() && part.cloudwatch_topics.empty())
    reader.fail(cloudwatch, "doors.cloudwatch needs topics: the ARNs of the SNS topics whose alarms may come");
  return part;
}

}  // namespace nightjar
