// `scrape` of nightjar.yaml: what we go and read, and what is said of mistakes in it.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "run/setup/settings.h"

namespace nightjar {
namespace {

using ::testing::EndsWith;

class ScrapeSettingsTest : public ::testing::Test {
 protected:
  ScrapeSettingsTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nightjar-settings-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ScrapeSettingsTest() override { std::filesystem::remove_all(folder_); }

  absl::StatusOr<Settings> read(const std::string& yaml) {
    std::ofstream(folder_ + "/nightjar.yaml") << yaml;
    return read_settings(folder_ + "/nightjar.yaml");
  }
  std::string folder_;
};

TEST_F(ScrapeSettingsTest, AllOfIt) {
  const auto settings = read(
      "scrape:\n"
      "  - {job: node, interval: 30s, timeout: 5s, path: /stats, scheme: https, labels: {team: shop, rack: 7},\n"
      "     targets: [\"web-1:9100\"], files: [targets/*.json], bearer_token_file: secrets/node, honor_labels: true}\n"
      "  - {job: other, interval: 5s, targets: [a]}\n");
  ASSERT_TRUE(settings.ok()) << message_of(settings.status());
  ASSERT_EQ(settings->scrape.size(), 2u);
  const ScrapeJob& job = settings->scrape[0];
  EXPECT_EQ(job.interval, seconds(30));
  EXPECT_EQ(job.timeout, seconds(5));
  EXPECT_EQ(job.labels, (Attributes{{"rack", "7"}, {"team", "shop"}}));
  EXPECT_EQ(job.files, std::vector<std::string>{folder_ + "/targets/*.json"});
  EXPECT_EQ(job.bearer_token_file, folder_ + "/secrets/node");
  EXPECT_TRUE(job.honor_labels);
  EXPECT_EQ(settings->scrape[1].timeout, seconds(5));  // not longer than the interval
  EXPECT_EQ(settings->scrape[1].path, "/metrics");
}

TEST_F(ScrapeSettingsTest, MistakesAreSaidWithTheirPlace) {
  const std::pair<std::string, std::string> cases[] = {
      {"scrape: {job: a}\n", ":1:9: scrape must be a list of jobs"},
      {"scrape:\n  - {job: a, target: [b]}\n", ":2:14: unknown key \"target\"; did you mean \"targets\"?"},
      {"scrape:\n  - {targets: [b]}\n", ":2:5: \"job\" is missing here"},
      {"scrape:\n  - {job: a}\n", ":2:5: this job has neither targets nor files"},
      {"scrape:\n  - {job: a, targets: [\"http://b:1/metrics\"]}\n",
       ":2:24: \"http://b:1/metrics\" is not a target; write host:port, and scheme and path beside it"},
      {"scrape:\n  - {job: a, targets: [b], interval: 10ms}\n", ":2:38: interval must be between 1s and 1h"},
      {"scrape:\n  - {job: a, targets: [b], interval: 5s, timeout: 6s}\n",
       ":2:51: timeout must not be longer than interval: a scrape must end before the next begins"},
      {"scrape:\n  - {job: a, targets: [b], path: metrics}\n",
       ":2:34: path must begin with / and hold no blanks, such as /metrics"},
      {"scrape:\n  - {job: a, targets: [b], scheme: ftp}\n", ":2:36: scheme must be http or https"},
      {"scrape:\n  - {job: a, targets: [b], labels: {a-b: c}}\n",
       ":2:37: \"a-b\" cannot be a label: letters, digits and _ only"},
      {"scrape:\n  - {job: a, files: [targets.txt]}\n", ":2:21: \"targets.txt\" must end in .json, .yaml or .yml"},
      {"scrape:\n  - {job: a, targets: [b]}\n  - {job: a, targets: [c]}\n",
       ":3:11: job \"a\" appears twice; give each a name of its own"}};
  for (const auto& [yaml, error] : cases)
    EXPECT_THAT(std::string(message_of(read(yaml).status())), EndsWith(error)) << yaml;
}

}  // namespace
}  // namespace nightjar
