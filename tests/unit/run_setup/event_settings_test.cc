// `events` of nightjar.yaml: mappings, and what is said of mistakes in them.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "run/setup/settings.h"

namespace nightjar {
namespace {

using ::testing::EndsWith;

class EventSettingsTest : public ::testing::Test {
 protected:
  EventSettingsTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nightjar-settings-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~EventSettingsTest() override { std::filesystem::remove_all(folder_); }

  absl::StatusOr<Settings> read(const std::string& yaml) {
    std::ofstream(folder_ + "/nightjar.yaml") << yaml;
    return read_settings(folder_ + "/nightjar.yaml");
  }
  std::string folder_;
};

TEST_F(EventSettingsTest, AllOfIt) {
  const auto settings = read(
      "events:\n"
      "  my-tool:\n"
      "    kind: change\n"
      "    token_sha256: " +
      std::string(64, 'a') +
      "\n"
      "    each: $.items\n"
      "    when: {$.type: [deploy, release]}\n"
      "    fields: {service: [$.app.name, shop], version: $.tag}\n"
      "    words: {status: {OK: succeeded}}\n"
      "  other:\n"
      "    - {kind: ignore, when: {$.ping: \"*\"}}\n"
      "    - {kind: alert, fields: {name: $.title}}\n");
  ASSERT_TRUE(settings.ok()) << message_of(settings.status());
  const EventSource& tool = settings->events.at("my-tool");
  EXPECT_EQ(tool.token_sha256, std::string(64, 'a'));
  ASSERT_EQ(tool.mappings.size(), 1u);
  EXPECT_EQ(tool.mappings[0].when.at(0).texts.size(), 2u);
  EXPECT_EQ(tool.mappings[0].fields.at("service").at(1).literal, "shop");
  EXPECT_EQ(tool.mappings[0].words.at("status").at("ok"), "succeeded");
  EXPECT_EQ(settings->events.at("other").mappings.size(), 2u);
}

TEST_F(EventSettingsTest, MistakesAreSaidWithTheirPlace) {
  const std::pair<std::string, std::string> cases[] = {
      {"events: {My Tool: {kind: change}}\n",
       ":1:10: \"My Tool\" cannot be a source: a-z, 0-9, '.', '_' and '-', at most 64"},
      {"events: {t: {kind: chnge}}\n", ":1:20: kind \"chnge\" is not known; known are: change, alert, ignore"},
      {"events: {t: {kind: change, field: {}}}\n", ":1:28: unknown key \"field\"; did you mean \"fields\"?"},
      {"events: {t: {kind: change, fields: {servce: $.a}}}\n",
       ":1:37: unknown field \"servce\"; did you mean \"service\"?"},
      {"events: {t: {kind: change, fields: {service: $.a}}}\n",
       ":1:36: fields needs version, commit or title: what was changed?"},
      {"events: {t: {kind: alert, fields: {summary: $.a}}}\n", ":1:35: fields needs name: what is the alert?"},
      {"events: {t: {kind: alert, fields: {name: $.a[}}}\n", ":1:41: "},
      {"events:\n  t:\n    kind: alert\n    fields:\n      name: $.a..b\n",
       ":5:13: path \"$.a..b\", character 5: a key was expected"},
      {"events:\n  t:\n    kind: alert\n    when: {a: b}\n", ":4:12: a path begins with $, such as $.app.name"},
      {"events:\n  t:\n    kind: alert\n    fields: {name: $.a}\n    words: {status: {ok: done}}\n",
       ":5:26: \"done\" is none of ours: firing, resolved"},
      {"events: {t: {kind: ignore}}\n", ":1:13: kind ignore needs when: which bodies are of no interest?"}};
  for (const auto& [yaml, error] : cases) {
    const std::string said(message_of(read(yaml).status()));
    if (error.ends_with(": "))
      EXPECT_FALSE(said.empty()) << yaml;
    else
      EXPECT_THAT(said, EndsWith(error)) << yaml;
  }
}

// What `nightjar map` prints, `nightjar check` accepts, whatever the sample holds.
TEST_F(EventSettingsTest, ProposalsAreAccepted) {
  for (const char* sample :
       {R"({"app": {"name": "cart"}, "tag": "1", "status": "a: b # c"})", R"({"x": 1})",
        R"([{"alert name": "x: y", "it's": 1, "a\"b": 2, "severity": "hi\nthere", "tags": ["a"]}])",
        R"({"events": [{"service-name": "- x", "version": {"id": 1}, "title": "{}", "key: #": {"env": "*a"}}]})"}) {
    for (const auto& kind :
         {std::optional<MappedKind>{}, std::optional(MappedKind::alert), std::optional(MappedKind::change)}) {
      const auto proposal = propose_mapping("tool", sample, kind);
      ASSERT_TRUE(proposal.ok()) << sample;
      const auto settings = read(*proposal);
      EXPECT_TRUE(settings.ok()) << message_of(settings.status()) << "\n" << *proposal;
    }
  }
}

}  // namespace
}  // namespace nightjar
