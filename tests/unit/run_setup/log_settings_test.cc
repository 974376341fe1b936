// Syslog listeners, their certificate, and tailed files in nightjar.yaml.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "run/setup/settings.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

class LogSettings : public ::testing::Test {
 protected:
  LogSettings() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nightjar-settings-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~LogSettings() override { std::filesystem::remove_all(folder_); }

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

TEST_F(LogSettings, AllOfThem) {
  const auto settings = read(
      "listen: {syslog_udp: \"127.0.0.1:1514\", syslog_tcp: \"[::1]:1514\", syslog_tls: \"0.0.0.0:6514\"}\n"
      "tls: {certificate_file: server.pem, key_file: /etc/key.pem}\n"
      "doors: {syslog: {allow_from: [10.0.0.0/8]}}\n"
      "tail:\n"
      "  - {files: /var/log/app/*.log, service: app, labels: {team: blue, service.name: other}, from: beginning}\n"
      "  - {files: [a.log, b/*.log], multiline: off}\n"
      "  - {files: c.log, multiline: '^\\d{4}-'}\n");
  ASSERT_TRUE(settings.ok()) << message_of(settings.status());
  EXPECT_EQ(settings->syslog.udp, "127.0.0.1:1514");
  EXPECT_EQ(settings->syslog.tls, "0.0.0.0:6514");
  EXPECT_EQ(settings->tls.certificate_file, folder_ + "/server.pem");
  EXPECT_EQ(settings->tls.key_file, "/etc/key.pem");
  ASSERT_EQ(settings->tail.size(), 3u);
  EXPECT_EQ(settings->tail[0].labels, (Attributes{{"service.name", "app"}, {"team", "blue"}}));
  EXPECT_TRUE(settings->tail[0].from_beginning);
  EXPECT_EQ(settings->tail[0].multiline, "auto");
  EXPECT_EQ(settings->tail[1].files, (std::vector<std::string>{folder_ + "/a.log", folder_ + "/b/*.log"}));
  EXPECT_EQ(settings->tail[1].multiline, "off");
  EXPECT_EQ(settings->tail[2].multiline, "^\\d{4}-");
}

TEST_F(LogSettings, AbsentIsClosed) {
  const auto settings = read("{}\n");
  ASSERT_TRUE(settings.ok()) << message_of(settings.status());
  EXPECT_EQ(settings->syslog.udp + settings->syslog.tcp + settings->syslog.tls, "");
  EXPECT_TRUE(settings->tail.empty());
}

TEST_F(LogSettings, WhatIsWrongIsSaidWhereItStands) {
  EXPECT_THAT(error("listen: {syslog_udp: \"0.0.0.0:514\"}\n"), HasSubstr("nightjar.yaml:1:22: 0.0.0.0:514 can be"));
  EXPECT_THAT(error("listen: {syslog_udp: \"0.0.0.0:514\"}\n"), HasSubstr("allow_from"));
  EXPECT_THAT(error("listen: {syslog_tls: \"127.0.0.1:6514\"}\n"), HasSubstr("syslog_tls needs a certificate"));
  EXPECT_THAT(error("listen: {syslog_utp: \"127.0.0.1:514\"}\n"), HasSubstr("did you mean \"syslog_udp\"?"));
  EXPECT_THAT(error("tls: {certificate_file: a.pem}\n"), HasSubstr("key_file"));
  EXPECT_THAT(error("doors: {syslog: {allow_from: [10.0.0.0/99]}}\n"),
              HasSubstr("nightjar.yaml:1:31: \"10.0.0.0/99\""));
  EXPECT_THAT(error("tail: [{service: app}]\n"), HasSubstr("tail needs files"));
  EXPECT_THAT(error("tail: [{files: a, from: start}]\n"), HasSubstr("from must be end or beginning"));
  EXPECT_THAT(error("tail: [{files: a, multiline: '['}]\n"), HasSubstr("multiline is auto, off, or a pattern"));
  EXPECT_THAT(error("tail: [{files: a, labels: {x: [1]}}]\n"), HasSubstr("a label is a name"));
  EXPECT_THAT(error("tail: [{file: a}]\n"), HasSubstr("did you mean \"files\"?"));
}

}  // namespace
}  // namespace nightjar
