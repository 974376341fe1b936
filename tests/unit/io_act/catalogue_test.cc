#include "io/act/catalogue.h"

#include "base/text.h"
#include "tests/unit/io_act/fixtures.h"

namespace nightjar {
namespace {

constexpr const char* kRollback = R"(runbooks:
  - name: rollback
    actuator: script
    argv: ["/usr/bin/deploy", "roll", "--service", "{service}", "--to={to_version}", "--intent", "{action_id}"]
    arguments: {service: {type: name}, to_version: {type: version}}
    check: ["/usr/bin/deploy", "check", "{service}"]
    undo: "deploy the newer version again"
    timeout: 5m
)";

std::string error_of(const std::string& text) {
  const TemporaryFolder folder;
  write_file(folder / "c.yaml", text);
  const auto catalogue = read_catalogue(folder / "c.yaml");
  if (catalogue.ok()) return "no error";
  std::string message(message_of(catalogue.status()));
  const std::size_t at = message.find("c.yaml");
  return at == std::string::npos ? message : message.substr(at);
}

TEST(Catalogue, ReadsAScript) {
  const TemporaryFolder folder;
  write_file(folder / "c.yaml", kRollback);
  const auto catalogue = read_catalogue(folder / "c.yaml");
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  const Runbook& runbook = catalogue->at("rollback");
  EXPECT_EQ(runbook.timeout, minutes(5));
  EXPECT_EQ(runbook.working_directory, folder.path());
  const Arguments arguments{{"service", "payment"}, {"to_version", "2.4.0"}};
  EXPECT_TRUE(check_arguments(runbook, arguments).ok());
  EXPECT_EQ(
      fill_in(runbook.argv, arguments, ActionId{7}),
      (std::vector<std::string>{"/usr/bin/deploy", "roll", "--service", "payment", "--to=2.4.0", "--intent", "act-7"}));
  const auto configs = runbook_configs(*catalogue);
  ASSERT_EQ(configs.size(), 1u);
  EXPECT_EQ(configs[0].arguments, (std::vector<std::string>{"service", "to_version"}));
  EXPECT_EQ(configs[0].undo, "deploy the newer version again");
}

TEST(Catalogue, SaysWhereAndWhatInstead) {
  EXPECT_EQ(error_of("runbooks:\n  - name: a\n    actuator: script\n    argv: [/bin/true]\n    timout: 5m\n"),
            "c.yaml:5:5: unknown key \"timout\"; did you mean \"timeout\"?");
  EXPECT_EQ(error_of("runbooks:\n  - name: a\n    actuator: scirpt\n"),
            "c.yaml:3:15: unknown actuator \"scirpt\": script or supervisor");
  EXPECT_EQ(error_of("runbooks:\n  - name: a\n    name: b\n    actuator: script\n"),
            "c.yaml:3:5: key \"name\" appears twice; keep one");
  EXPECT_EQ(error_of("runbooks:\n  - name: a\n    actuator: script\n    argv: [deploy]\n"),
            "c.yaml:2:5: \"deploy\": the program must be an absolute path without arguments in it");
  EXPECT_EQ(error_of("runbooks:\n  - name: a\n    actuator: script\n    argv: [/bin/deploy, \"{servcie}\"]\n"
                     "    arguments: {service: {type: name}}\n"),
            "c.yaml:2:5: {servcie} is not declared under arguments; did you mean {service}?");
  EXPECT_EQ(error_of("runbooks:\n  - &a\n    name: a\n    actuator: script\n    argv: [/bin/true]\n  - *a\n"),
            "c.yaml: aliases (*name) are not taken; write the value out");
  EXPECT_EQ(error_of("runbooks:\n  - name: a\n    actuator: script\n    argv: [/bin/true\n").substr(0, 7), "c.yaml:");
  EXPECT_EQ(error_of("[]"), "c.yaml:1:1: keys and values are expected here");
  EXPECT_EQ(error_of("runbooks:\n  - name: r\n    actuator: supervisor\n    url: ftp://x\n    program: p\n"),
            "c.yaml:4:10: \"url\" must begin with http://, https:// or unix:///");
}

TEST(Catalogue, ArgumentsAreWordsAndNothingElse) {
  const Runbook runbook = sh_runbook("/tmp", "true");
  const auto refused = [&](const std::string& service, const std::string& version) {
    return !check_arguments(runbook, {{"service", service}, {"to_version", version}}).ok();
  };
  EXPECT_FALSE(refused("shop/payment", "2.4.0-rc.1+build"));
  for (const char* service :
       {"", "-rf", "--to", "a b", "a;b", "a$(b)", "a`b`", "a\nb", "../etc", "a/../b", "a'b", "a\"b", "{x}", "ä"}) {
    EXPECT_TRUE(refused(service, "1")) << service;
  }
  for (const char* version : {"", "-1", "1/2", "1 2", "1..2", "latest;reboot"})
    EXPECT_TRUE(refused("a", version)) << version;
  EXPECT_TRUE(refused(std::string(129, 'a'), "1"));
  EXPECT_FALSE(check_arguments(runbook, {{"service", "a"}}).ok());
  EXPECT_FALSE(check_arguments(runbook, {{"service", "a"}, {"to_version", "1"}, {"more", "1"}}).ok());
  const Runbook numbers{.name = "n", .arguments = {{"count", ArgumentType::integer}, {"wait", ArgumentType::duration}}};
  EXPECT_TRUE(check_arguments(numbers, {{"count", "12"}, {"wait", "90s"}}).ok());
  EXPECT_FALSE(check_arguments(numbers, {{"count", "-1"}, {"wait", "90s"}}).ok());
  EXPECT_FALSE(check_arguments(numbers, {{"count", "1"}, {"wait", "90 s"}}).ok());
}

}  // namespace
}  // namespace nightjar
