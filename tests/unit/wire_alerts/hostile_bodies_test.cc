// What every decoder must bear: bodies cut anywhere, values of the wrong type anywhere, too much of everything.
#include <filesystem>

#include <nlohmann/json.hpp>

#include "tests/unit/wire_alerts/bodies.h"
#include "wire/json/parse.h"

namespace nightjar {
namespace {

using Json = nlohmann::json;

struct Sample {
  AlertSender sender;
  std::string name, body;
};

std::vector<Sample> all_samples() {
  std::vector<Sample> samples;
  for (const AlertSender& sender : kAlertSenders) {
    const std::string folder = std::string(sender.name);
    for (const auto& file : std::filesystem::directory_iterator(std::string(NIGHTJAR_SOURCE_DIR) +
                                                                "/tests/fuzz/corpus/alert_webhooks/" + folder))
      samples.push_back({sender, folder + "/" + file.path().filename().string(),
                         body_of(folder + "/" + file.path().filename().string())});
  }
  EXPECT_GT(samples.size(), 50u);
  return samples;
}

void expect_sound(const Sample& sample, std::string_view body) {
  const auto result = sample.sender.parse(body, kNow, AlertLimits{});
  if (!result.ok()) {
    EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument) << sample.name;
    EXPECT_FALSE(result.status().message().empty());
    return;
  }
  for (const Alert& alert : result->alerts) {
    EXPECT_FALSE(alert.labels.empty()) << sample.name;
    EXPECT_LE(alert.labels.size(), 64u) << sample.name;
    EXPECT_TRUE(std::is_sorted(alert.labels.begin(), alert.labels.end())) << sample.name;
    EXPECT_TRUE(is_utf8(alert.summary) && is_utf8(alert.name)) << sample.name;
    EXPECT_TRUE(!alert.ends_at || *alert.ends_at >= alert.starts_at) << sample.name;
  }
}

TEST(HostileBodies, TheCorpusBelongsToItsDecoder) {
  for (const Sample& sample : all_samples()) {
    SCOPED_TRACE(sample.name);
    if (sample.name == "azure-monitor/old_schema") continue;
    const auto result = sample.sender.parse(sample.body, kNow, AlertLimits{});
    EXPECT_TRUE(result.ok()) << message_of(result.status());
  }
}

TEST(HostileBodies, CutAnywhere) {
  for (const Sample& sample : all_samples())
    for (std::size_t size = 0; size + 1 < sample.body.size(); ++size)
      EXPECT_FALSE(sample.sender.parse(std::string_view(sample.body).substr(0, size), kNow, AlertLimits{}).ok())
          << sample.name << " cut at " << size;
}

// Every value of every body, one after the other, becomes something else.
TEST(HostileBodies, EveryValueOfAnotherType) {
  const Json others[] = {nullptr,
                         -1,
                         1e300,
                         true,
                         "",
                         "x",
                         std::string(5000, 'y'),
                         Json::array(),
                         Json::object(),
                         Json::array({1, nullptr}),
                         18446744073709551615ull};
  for (const Sample& sample : all_samples()) {
    const Json flat = Json::parse(sample.body).flatten();
    for (const auto& [pointer, value] : flat.items()) {
      for (const Json& other : others) {
        Json changed = Json::parse(sample.body);
        changed[Json::json_pointer(pointer)] = other;
        expect_sound(sample, changed.dump());
      }
    }
  }
}

TEST(HostileBodies, TooLargeTooDeepTooMany) {
  for (const AlertSender& sender : kAlertSenders) {
    EXPECT_EQ(sender.parse(std::string(2 << 20, ' '), kNow, AlertLimits{}).status().code(),
              absl::StatusCode::kResourceExhausted)
        << sender.name;
    EXPECT_FALSE(
        sender.parse("{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}", kNow, AlertLimits{}).ok())
        << sender.name;
    EXPECT_FALSE(sender.parse("{\"a\":\"\xff\"}", kNow, AlertLimits{}).ok()) << sender.name;
  }
  Json body = Json::parse(body_of("datadog/triggered"));
  std::string tags;
  for (int i = 0; i < 5000; ++i) tags += fmt::format("tag{}:v,", i);
  body["tags"] = tags;
  const Alert alert = received(parse_datadog, body.dump()).alerts.at(0);
  EXPECT_EQ(alert.labels.size(), 64u) << "an alert is not lost for its tags";
  EXPECT_NE(find_attribute(alert.annotations, "left_out"), "");
}

}  // namespace
}  // namespace nightjar
