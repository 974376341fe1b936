// Files of targets as other tools write them for Prometheus.
#include "wire/prometheus/file_sd.h"

#include <fstream>
#include <random>

#include "base/text.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

std::string described(TargetsFormat format, std::string_view bytes) {
  const auto groups = parse_target_groups(format, bytes, "f");
  if (!groups.ok()) return std::string(groups.status().message());
  std::string text;
  for (const TargetGroup& group : *groups) {
    text += fmt::format("{}", fmt::join(group.targets, " "));
    for (const auto& [name, value] : group.labels) text += fmt::format(" {}={}", name, value);
    text += "\n";
  }
  return text;
}
std::string json(std::string_view bytes) { return described(TargetsFormat::json, bytes); }
std::string yaml(std::string_view bytes) { return described(TargetsFormat::yaml, bytes); }

TEST(FileSd, json_and_yaml_say_the_same) {
  EXPECT_EQ(json(R"([{"labels": {"zone": "7", "team": "shop"}, "targets": ["web-1:9090", "[::1]:80"]},
                     {"targets": ["10.0.0.1"], "labels": null}])"),
            "web-1:9090 [::1]:80 team=shop zone=7\n10.0.0.1\n");
  EXPECT_EQ(yaml("- targets: [web-1:9090, \"[::1]:80\"]\n  labels: {zone: 7, team: shop}\n- targets:\n  - 10.0.0.1\n  "
                 "labels:\n"),
            "web-1:9090 [::1]:80 team=shop zone=7\n10.0.0.1\n");
  EXPECT_EQ(json("[]"), "");
  EXPECT_EQ(yaml(""), "");
  EXPECT_EQ(yaml("# none yet\n"), "");
}

TEST(FileSd, what_is_wrong_is_said_and_where) {
  EXPECT_EQ(yaml("- targets: [web-1:9090]\n  label: {a: b}\n"),
            "f:2:3: unknown key \"label\"; known are: targets, labels");
  EXPECT_EQ(yaml("- targets: [http://web-1:9090/metrics]\n"), "f:1:13: \"http://web-1:9090/metrics\" is not host:port");
  EXPECT_EQ(yaml("- targets: [a]\n  labels: {a-b: c}\n"), "f: \"a-b\" cannot be a label: letters, digits and _ only");
  EXPECT_EQ(yaml("- targets: [a]\n  labels: {a: [b]}\n"), "f:2:15: a list does not belong here");
  EXPECT_EQ(yaml("a: b\n"), "f:1:1: a list of {targets, labels} was expected");
  EXPECT_THAT(yaml("- targets: [a\n"), HasSubstr("f:"));
  EXPECT_THAT(yaml("- &x {targets: [a]}\n- *x\n"), HasSubstr("aliases"));
  EXPECT_EQ(json("{}"), "f: a list of {targets, labels} was expected");
  EXPECT_EQ(json(R"([{"targets": "a"}])"), "f: \"targets\" is string, not what belongs there");
  EXPECT_EQ(json(R"([{"targets": [7]}])"), "f: a text was expected, not number");
  EXPECT_THAT(json(R"([{"targets": ["a"])"), HasSubstr("f"));
}

TEST(FileSd, addresses_that_could_lead_elsewhere_are_none) {
  for (const char* good : {"a", "a:1", "a.b-c_d:65535", "10.0.0.1:80", "[::1]", "[fe80::1]:9100"})
    EXPECT_TRUE(is_target_address(good)) << good;
  for (const char* bad : {"", ":80", "a:", "a:b", "a:123456", "a/b", "a?b", "a#b", "user@a", "a b", "a\n", "[::1",
                          "[::1]x", "[]", "[x]:1", "a:1:2", "-a", "ä"})
    EXPECT_FALSE(is_target_address(bad)) << bad;
}

TEST(FileSd, hostile_bytes) {
  std::mt19937 random(11);
  for (const char* name : {"json", "yaml"}) {
    std::ifstream file(std::string(NIGHTJAR_SOURCE_DIR) + "/tests/fuzz/corpus/file_sd/" + name);
    const std::string good = std::string(std::istreambuf_iterator<char>(file), {}).substr(1);
    const TargetsFormat format = name[0] == 'j' ? TargetsFormat::json : TargetsFormat::yaml;
    ASSERT_TRUE(parse_target_groups(format, good, "f").ok()) << good;
    for (std::size_t length = 0; length < good.size(); ++length)
      parse_target_groups(format, good.substr(0, length), "f").status().IgnoreError();
    for (int i = 0; i < 5'000; ++i) {
      std::string bytes = good;
      for (int change = 0; change < 3; ++change) bytes[random() % bytes.size()] = "[]{}:,-\"\n &*\\0"[random() % 15];
      const auto groups = parse_target_groups(format, bytes, "f");
      if (!groups.ok()) continue;
      for (const TargetGroup& group : *groups) {
        ASSERT_TRUE(check_target_labels(group.labels).ok());
        for (const std::string& target : group.targets) ASSERT_TRUE(is_target_address(target));
      }
    }
  }
  EXPECT_FALSE(parse_target_groups(TargetsFormat::yaml, std::string(100'000, '['), "f").ok());
  EXPECT_FALSE(parse_target_groups(TargetsFormat::json, std::string(100'000, '['), "f").ok());
}

}  // namespace
}  // namespace nightjar
