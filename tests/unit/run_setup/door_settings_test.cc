// `doors` of nightjar.yaml: who may send, and what the doors of alerts ask for.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "run/setup/settings.h"

namespace nightjar {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class DoorSettings : public ::testing::Test {
 protected:
  DoorSettings() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nightjar-settings-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~DoorSettings() override { std::filesystem::remove_all(folder_); }

  absl::StatusOr<Settings> read(const std::string& yaml) {
    std::ofstream(folder_ + "/nightjar.yaml") << yaml;
    return read_settings(folder_ + "/nightjar.yaml");
  }
  std::string error(const std::string& yaml) {
    const auto settings = read(yaml);
    EXPECT_EQ(settings.status().code(), absl::StatusCode::kInvalidArgument) << yaml;
    return std::string(message_of(settings.status()));
  }

  std::string folder_;
};

TEST_F(DoorSettings, AllOfThem) {
  const auto settings = read(
      "doors:\n  github: {secret_file: secrets/github}\n  sentry: {secret_file: secrets/sentry}\n"
      "  cloudwatch:\n    topics: [\"arn:aws:sns:eu-west-1:123456789012:alarms\"]\n    confirm: true\n"
      "  tokens: [{name: prod-grafana, token_sha256: " +
      std::string(64, 'a') + "}]\n");
  ASSERT_TRUE(settings.ok()) << message_of(settings.status());
  EXPECT_EQ(settings->alert_doors.sentry_secret_file, folder_ + "/secrets/sentry");
  EXPECT_EQ(settings->door_secret_files.at("github"), folder_ + "/secrets/github");
  EXPECT_EQ(settings->alert_doors.cloudwatch_topics,
            std::vector<std::string>{"arn:aws:sns:eu-west-1:123456789012:alarms"});
  EXPECT_TRUE(settings->alert_doors.cloudwatch_confirm);
  ASSERT_EQ(settings->door_tokens.size(), 1u);
  EXPECT_EQ(settings->door_tokens[0].name, "prod-grafana");
}

TEST_F(DoorSettings, EachWebhookHasTheSecretItsSenderCanProve) {
  const std::pair<std::string, std::string> keys[] = {
      {"github", "secret_file"},  {"gitlab", "token_file"}, {"gitea", "secret_file"},
      {"jenkins", "token_file"},  {"argocd", "token_file"}, {"flux", "secret_file"},
      {"cdevents", "token_file"}, {"jira", "secret_file"},  {"servicenow", "token_file"}};
  for (const auto& [door, key] : keys) {
    const auto settings = read(fmt::format("doors:\n  {}: {{{}: secrets/it}}\n", door, key));
    ASSERT_TRUE(settings.ok()) << message_of(settings.status());
    EXPECT_EQ(settings->door_secret_files.size(), 1u);
    EXPECT_EQ(settings->door_secret_files.at(door), folder_ + "/secrets/it");
    const std::string other = key == "secret_file" ? "token_file" : "secret_file";
    EXPECT_THAT(error(fmt::format("doors:\n  {}: {{{}: x}}\n", door, other)), HasSubstr(key)) << door;
    EXPECT_THAT(error(fmt::format("doors:\n  {}: {{}}\n", door)), HasSubstr(key)) << door;
  }
}

TEST_F(DoorSettings, NamesThatDeployToolsUse) {
  const auto settings = read(
      "services:\n  - {name: payment, repository: shop/payment, deployed_as: [payment-production, \"prod/pay-*\"]}\n");
  ASSERT_TRUE(settings.ok()) << message_of(settings.status());
  EXPECT_EQ(settings->engine.services.at(0).deployed_as,
            (std::vector<std::string>{"payment-production", "prod/pay-*"}));
  EXPECT_THAT(error("services:\n  - {name: payment, deployd_as: [x]}\n"), HasSubstr("did you mean \"deployed_as\"?"));
}

TEST_F(DoorSettings, NothingSaidIsClosed) {
  const auto settings = read("doors: {}\n");
  ASSERT_TRUE(settings.ok()) << message_of(settings.status());
  EXPECT_TRUE(settings->alert_doors.sentry_secret_file.empty());
  EXPECT_TRUE(settings->alert_doors.cloudwatch_topics.empty());
  EXPECT_FALSE(settings->alert_doors.cloudwatch_confirm);
  EXPECT_TRUE(settings->door_tokens.empty());
}

TEST_F(DoorSettings, MistakesHaveALineAndAColumn) {
  EXPECT_THAT(error("doors:\n  sentri: {secret_file: x}\n"),
              HasSubstr(":2:3: unknown key \"sentri\"; did you mean \"sentry\"?"));
  EXPECT_THAT(error("doors:\n  cloudwatch:\n    topics: [alarms]\n"),
              HasSubstr(":3:14: \"alarms\" is not the ARN of an SNS topic"));
  EXPECT_THAT(error("doors:\n  cloudwatch: {confirm: true}\n"), HasSubstr(":2:15: doors.cloudwatch needs topics"));
  EXPECT_THAT(error("doors:\n  cloudwatch: {topics: [\"arn:aws:sns:x:123456789012:a\"], confirm: perhaps}\n"),
              HasSubstr("confirm must be true or false"));
  EXPECT_THAT(error("doors:\n  sentry: {}\n"), HasSubstr("secret_file"));
  EXPECT_THAT(error("doors:\n  tokens:\n  - {name: a, token_sha256: nj_abc}\n"),
              HasSubstr(":3:29: token_sha256 is the SHA-256"));
  EXPECT_THAT(error("doors:\n  tokens: {name: a}\n"), EndsWith("doors.tokens must be a list"));
}

TEST_F(DoorSettings, ATokenSaysWhatItIsFor) {
  const std::string hash(64, 'a');
  const auto settings = read("doors:\n  tokens:\n  - name: collector\n    token_sha256: " + hash +
                             "\n    kinds: [metrics, logs]\n    labels: {team: shop, env: prod}\n"
                             "    max_series: 5000\n    expires: 2027-06-30\n");
  ASSERT_TRUE(settings.ok()) << message_of(settings.status());
  const DoorTokenSettings& token = settings->door_tokens.at(0);
  EXPECT_EQ(token.kinds, (std::vector<std::string>{"metrics", "logs"}));
  EXPECT_EQ(token.labels, (Attributes{{"env", "prod"}, {"team", "shop"}}));
  EXPECT_EQ(token.max_series, 5000u);
  EXPECT_EQ(to_rfc3339(*token.expires), "2027-06-30T00:00:00.000Z");
}

TEST_F(DoorSettings, MistakesInTokensAreNamed) {
  const auto with = [&](const std::string& line) {
    return error("doors:\n  tokens:\n  - name: a\n    token_sha256: " + std::string(64, 'a') + "\n    " + line + "\n");
  };
  EXPECT_THAT(with("kinds: [metrics, log]"),
              EndsWith("nightjar.yaml:5:22: kind \"log\" is not known; did you mean \"logs\"?"));
  EXPECT_THAT(with("labels: {env: [a]}"), HasSubstr("label \"env\" needs one text"));
  EXPECT_THAT(with("max_series: many"), HasSubstr(":5:17: max_series is a number"));
  EXPECT_THAT(with("expires: soon"), HasSubstr(":5:14: expires is a date"));
  EXPECT_THAT(with("expire: 2027-06-30"), HasSubstr("did you mean \"expires\""));
  const std::string one = "{name: a, token_sha256: " + std::string(64, 'a') + "}";
  EXPECT_THAT(error("doors:\n  tokens: [" + one + ", " + one + "]\n"), HasSubstr("two tokens are named \"a\""));
}

}  // namespace
}  // namespace nightjar
