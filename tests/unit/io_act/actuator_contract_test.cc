// What every actuator promises, run against a real command and a real supervisord.
#include <memory>

#include "base/text.h"
#include "io/act/script_actuator.h"
#include "io/act/supervisor_actuator.h"
#include "io/act/xml_rpc.h"
#include "tests/unit/io_act/supervisor_process.h"

namespace nightjar {
namespace {

Timestamp wall_now() {
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

// One kind of target. `deeds()` counts how often something was really done.
struct Target {
  virtual ~Target() = default;
  virtual Actuator& actuator() = 0;
  virtual const Runbook& runbook() = 0;
  virtual Arguments arguments() = 0;
  virtual int deeds() = 0;
};

struct ScriptTarget : Target {
  TemporaryFolder folder;
  ScriptActuator script{folder.path()};
  Runbook book = sh_runbook(folder.path(), "echo rolling $1 to $2; echo $NIGHTJAR_ACTION_ID >> " + (folder / "done"));
  Actuator& actuator() override { return script; }
  const Runbook& runbook() override { return book; }
  Arguments arguments() override { return {{"service", "payment"}, {"to_version", "2.4.0"}}; }
  int deeds() override { return count_lines(folder / "ran"); }
};

struct SupervisorTarget : Target {
  TemporaryFolder folder;
  SupervisorProcess process{folder.path()};
  SupervisorActuator supervisor;
  Runbook book{.name = "restart",
               .actuator = ActuatorKind::supervisor,
               .arguments = {{"instance", ArgumentType::name}},
               .timeout = seconds(20),
               .url = process.url(),
               .program = "{instance}"};
  Actuator& actuator() override { return supervisor; }
  const Runbook& runbook() override { return book; }
  Arguments arguments() override { return {{"instance", "worker"}}; }
  int deeds() override { return count_lines(folder / "ran") - 1; }  // the first start is not ours
};

class ActuatorContract : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const bool supervisor = std::string_view(GetParam()) == "supervisor";
    if (supervisor && !SupervisorProcess::installed())
      GTEST_SKIP() << "supervisor is not installed (Debian package supervisor)";
    if (supervisor) {
      target_ = std::make_unique<SupervisorTarget>();
    } else {
      target_ = std::make_unique<ScriptTarget>();
    }
    task_ = {ActionId{12}, &target_->runbook(), target_->arguments(), wall_now(), ""};
  }
  Actuator::Remember remember() {
    return [this](const std::string& mark) {
      task_.mark = mark;
      return absl::OkStatus();
    };
  }
  std::unique_ptr<Target> target_;
  Task task_;
};

TEST_P(ActuatorContract, NothingIsDoneBeforeItIsRun) {
  EXPECT_EQ(target_->actuator().check(task_).seen, Seen::not_done);
  EXPECT_EQ(target_->deeds(), 0);
}

TEST_P(ActuatorContract, DoesItOnceAndShowsIt) {
  const Task before = task_;
  const RunAnswer answer = target_->actuator().run(before, remember());
  EXPECT_EQ(answer.ran, Ran::succeeded) << answer.text;
  EXPECT_FALSE(task_.mark.empty());
  EXPECT_TRUE(eventually([&] { return target_->deeds() == 1; }));
  EXPECT_EQ(target_->actuator().check(task_).seen, Seen::done);
}

// "No record on disk, no action."
TEST_P(ActuatorContract, ActsNotWithoutAMark) {
  const Task before = task_;
  const RunAnswer answer =
      target_->actuator().run(before, [](const std::string&) { return internal_error("disk full"); });
  EXPECT_EQ(answer.ran, Ran::failed);
  EXPECT_THAT(answer.text, testing::HasSubstr("disk full"));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(target_->deeds(), 0);
  EXPECT_EQ(target_->actuator().recover(task_).seen, Seen::not_done);
}

TEST_P(ActuatorContract, RecoversADoneOne) {
  const Task before = task_;
  target_->actuator().run(before, remember());
  ASSERT_TRUE(eventually([&] { return target_->deeds() == 1; }));
  EXPECT_EQ(target_->actuator().recover(task_).seen, Seen::done);
  EXPECT_EQ(target_->deeds(), 1) << "recovering acts never again";
}

INSTANTIATE_TEST_SUITE_P(All, ActuatorContract, testing::Values("script", "supervisor"),
                         [](const auto& info) { return std::string(info.param); });

TEST(ScriptActuator, TellsFailureWithItsLastWords) {
  ScriptTarget target;
  target.book = sh_runbook(target.folder.path(), "echo no such release >&2; exit 4");
  const Task task{ActionId{1}, &target.book, target.arguments(), wall_now(), ""};
  const RunAnswer answer = target.script.run(task, [](const std::string&) { return absl::OkStatus(); });
  EXPECT_EQ(answer.ran, Ran::failed);
  EXPECT_EQ(answer.text, "exit code 4\nno such release");
}

// The group dies with its leader: the sleep would otherwise go on for a thousand seconds.
TEST(ScriptActuator, StopsTheWholeGroupAtItsTimeout) {
  ScriptTarget target;
  target.book = sh_runbook(target.folder.path(), "sleep 1000 & echo $! > " + (target.folder / "pid") + "; wait",
                           milliseconds(500));
  const Task task{ActionId{1}, &target.book, target.arguments(), wall_now(), ""};
  const auto began = std::chrono::steady_clock::now();
  const RunAnswer answer = target.script.run(task, [](const std::string&) { return absl::OkStatus(); });
  EXPECT_EQ(answer.ran, Ran::uncertain) << answer.text;
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  const pid_t sleeper = std::atoi(read_file(target.folder / "pid").c_str());
  ASSERT_GT(sleeper, 1);
  EXPECT_TRUE(eventually([&] {
    return kill(sleeper, 0) != 0 ||
           read_file("/proc/" + std::to_string(sleeper) + "/stat").find(") Z") != std::string::npos;
  }));
}

TEST(ScriptActuator, GivesAMinimalEnvironmentAndNoShell) {
  ScriptTarget target;
  setenv("NIGHTJAR_TEST_SECRET", "s3cr3t", 1);
  target.book.argv = {"/usr/bin/env"};
  target.book.environment = {{"REGION", "eu"}};
  const Task task{ActionId{5}, &target.book, target.arguments(), wall_now(), ""};
  const RunAnswer answer = target.script.run(task, [](const std::string&) { return absl::OkStatus(); });
  EXPECT_THAT(answer.text, testing::HasSubstr("NIGHTJAR_ACTION_ID=act-5"));
  EXPECT_THAT(answer.text, testing::HasSubstr("IDEMPOTENCY_KEY=act-5"));
  EXPECT_THAT(answer.text, testing::HasSubstr("REGION=eu"));
  EXPECT_THAT(answer.text, testing::Not(testing::HasSubstr("s3cr3t")));
  target.book.argv = {"/bin/echo", "{service}; touch " + (target.folder / "hacked"), "$(id)"};
  EXPECT_THAT(target.script.run(task, [](const std::string&) { return absl::OkStatus(); }).text,
              testing::HasSubstr("$(id)"));
  EXPECT_FALSE(std::filesystem::exists(target.folder / "hacked"));
}

TEST(ScriptActuator, BoundsItsOutput) {
  ScriptTarget target;
  target.book =
      sh_runbook(target.folder.path(), "yes abcdefghijklmnopqrstuvwxyz | head -c 30000000; echo; echo the end");
  const Task task{ActionId{1}, &target.book, target.arguments(), wall_now(), ""};
  const RunAnswer answer = target.script.run(task, [](const std::string&) { return absl::OkStatus(); });
  EXPECT_LT(answer.text.size(), 3000u);
  EXPECT_THAT(answer.text, testing::EndsWith("the end"));
}

TEST(ScriptActuator, SaysWhenTheProgramIsMissing) {
  ScriptTarget target;
  target.book.argv = {"/no/such/program"};
  const Task task{ActionId{1}, &target.book, target.arguments(), wall_now(), ""};
  const RunAnswer answer = target.script.run(task, [](const std::string&) { return absl::OkStatus(); });
  EXPECT_EQ(answer.ran, Ran::failed);
  EXPECT_THAT(answer.text, testing::HasSubstr("/no/such/program"));
}

TEST(SupervisorActuator, NamesAnUnknownProgram) {
  if (!SupervisorProcess::installed()) GTEST_SKIP() << "supervisor is not installed (Debian package supervisor)";
  SupervisorTarget target;
  const Task task{ActionId{1}, &target.book, {{"instance", "nobody"}}, wall_now(), ""};
  const RunAnswer answer = target.supervisor.run(task, [](const std::string&) { return absl::OkStatus(); });
  EXPECT_EQ(answer.ran, Ran::failed);
  EXPECT_THAT(answer.text, testing::HasSubstr("BAD_NAME"));
}

TEST(XmlRpc, EscapesAndFlattens) {
  EXPECT_THAT(xml_rpc_call("m", {std::string("a<b>&"), true}), testing::HasSubstr("<string>a&lt;b&gt;&amp;</string>"));
  const auto answer = parse_xml_rpc(
      "<methodResponse><params><param><value><struct><member><name>pid</name><value><int>12</int></value></member>"
      "<member><name>statename</name><value><string>RUN&amp;NING</string></value></member></struct></value></param>"
      "</params></methodResponse>");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->members.at("pid"), "12");
  EXPECT_EQ(answer->members.at("statename"), "RUN&NING");
  for (const char* broken : {"", "<html>", "<methodResponse><int>", "<methodResponse><"})
    EXPECT_FALSE(parse_xml_rpc(broken).ok()) << broken;
}

}  // namespace
}  // namespace nightjar
