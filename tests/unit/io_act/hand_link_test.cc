// Both ends of the link with a real hand process, which is killed in the worst moments.
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <mutex>

#include "io/act/hand_client.h"
#include "io/act/run_hand.h"
#include "tests/unit/io_act/fixtures.h"

namespace nightjar {
namespace {

class HandLink : public testing::Test {
 protected:
  void SetUp() override { write_catalogue("echo $NIGHTJAR_ACTION_ID >> " + (folder_ / "done")); }
  void TearDown() override {
    client_.reset();
    end_hand(SIGKILL);
  }
  // `script` runs after a line was added to `ran`.
  void write_catalogue(const std::string& script, int budget = 10) {
    budget_ = budget;
    write_file(folder_ / "act.sh", "echo ran >> " + (folder_ / "ran") + "\n" + script + "\n");
    write_file(folder_ / "check.sh",
               "test -e " + (folder_ / "done") + " && grep -qx \"$1\" " + (folder_ / "done") + " && exit 0\nexit 3\n");
    write_file(folder_ / "catalogue.yaml",
               "runbooks:\n  - name: rollback\n    actuator: script\n    argv: [/bin/sh, " + (folder_ / "act.sh") +
                   ", \"{service}\", \"{to_version}\"]\n    check: [/bin/sh, " + (folder_ / "check.sh") +
                   ", \"{action_id}\"]\n    arguments: {service: {type: name}, to_version: {type: version}}\n"
                   "    undo: deploy it again\n    timeout: 60s\n");
  }
  void start_hand() {
    std::fflush(nullptr);
    hand_ = fork();
    if (hand_ == 0) {
      _exit(run_hand({.folder = folder_ / "hand",
                      .socket = folder_ / "link/s.sock",
                      .catalogue = folder_ / "catalogue.yaml",
                      .actions_per_15m = budget_,
                      .serve_user = geteuid()}));
    }
  }
  int end_hand(int signal) {
    if (hand_ <= 0) return -1;
    kill(hand_, signal);
    int status = 0;
    waitpid(hand_, &status, 0);
    hand_ = -1;
    return status;
  }
  void start_client() {
    raw_client_ = nullptr;
    client_ = std::make_unique<HandClient>(
        folder_ / "link/s.sock", geteuid(),
        HandClient::Callbacks{
            .on_presence = [this](bool connected) { note(connected ? "hand connected" : "hand gone"); },
            .on_report =
                [this](const ActionReport& report) {
                  note(to_string(report.action) + " " + std::string(word(report.kind)));
                  if (confirms_) the_client()->confirm(report);
                },
            .on_runbooks = {}});
    raw_client_ = client_.get();
  }
  // For callbacks: client_ itself changes while the thread that calls them still runs.
  HandClient* the_client() {
    HandClient* client = nullptr;
    while ((client = raw_client_) == nullptr) std::this_thread::yield();
    return client;
  }
  void note(std::string line) {
    const std::lock_guard lock(mutex_);
    notes_.push_back(std::move(line));
  }
  int times(const std::string& line) {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(std::count(notes_.begin(), notes_.end(), line));
  }
  bool comes(const std::string& line) {
    return eventually([&] { return times(line) > 0; });
  }
  int ran() const { return count_lines(folder_ / "ran"); }

  TemporaryFolder folder_;
  pid_t hand_ = -1;
  int budget_ = 10;
  std::unique_ptr<HandClient> client_;
  std::atomic<HandClient*> raw_client_ = nullptr;
  std::atomic<bool> confirms_ = true;
  std::mutex mutex_;
  std::vector<std::string> notes_;
};

TEST_F(HandLink, AnActionGoesThere_AndItsReportsComeBack) {
  start_hand();
  start_client();
  client_->dispatch(decided_action(1));  // before there is a connection: kept until there is
  EXPECT_TRUE(comes("act-1 succeeded"));
  client_->dispatch(decided_action(1));
  client_->dispatch(decided_action(2));
  EXPECT_TRUE(comes("act-2 succeeded"));
  EXPECT_EQ(times("act-1 started"), 1);
  EXPECT_EQ(ran(), 2);
  EXPECT_EQ(end_hand(SIGTERM), 0);
  EXPECT_TRUE(comes("hand gone"));
}

TEST_F(HandLink, KillSwitchWorksWithinASecond) {
  start_hand();
  start_client();
  ASSERT_TRUE(comes("hand connected"));
  client_->kill_switch(true, "ada");
  const auto switched = std::chrono::steady_clock::now();
  client_->dispatch(decided_action(1));
  EXPECT_TRUE(comes("act-1 refused"));
  EXPECT_LT(std::chrono::steady_clock::now() - switched, std::chrono::seconds(1));
  client_->kill_switch(false, "ada");
  client_->dispatch(decided_action(2));
  EXPECT_TRUE(comes("act-2 succeeded"));
  EXPECT_EQ(ran(), 1);
}

TEST_F(HandLink, ServeMayDieWhileACommandRuns) {
  write_catalogue("sleep 1; echo $NIGHTJAR_ACTION_ID >> " + (folder_ / "done"));
  start_hand();
  confirms_ = false;
  start_client();
  client_->dispatch(decided_action(1));
  ASSERT_TRUE(comes("act-1 started"));
  client_.reset();
  confirms_ = true;
  start_client();  // the next serve: it is told again what the last one has not confirmed
  EXPECT_TRUE(comes("act-1 succeeded"));
  EXPECT_EQ(times("act-1 started"), 2);
  EXPECT_EQ(ran(), 1);
  client_.reset();
  start_client();
  client_->dispatch(decided_action(2));
  EXPECT_TRUE(comes("act-2 succeeded"));
  EXPECT_EQ(times("act-1 succeeded"), 1) << "what is confirmed is not repeated";
}

// kill -9 between STARTED and RESULT; the command outlives its hand and the next hand waits for it.
TEST_F(HandLink, HandMayDieWhileACommandRuns) {
  write_catalogue("sleep 2; echo half; echo $NIGHTJAR_ACTION_ID >> " + (folder_ / "done"));
  start_hand();
  start_client();
  client_->dispatch(decided_action(1));
  ASSERT_TRUE(eventually([&] { return ran() == 1; }));
  end_hand(SIGKILL);
  ASSERT_TRUE(comes("hand gone"));
  start_hand();
  client_->dispatch(decided_action(1));
  EXPECT_TRUE(comes("act-1 succeeded"));
  EXPECT_EQ(ran(), 1);
}

// The command dies with its hand (a machine that loses power): the target says what became of it.
TEST_F(HandLink, BothMayDie) {
  write_catalogue("echo $$ > " + (folder_ / "pid") + "; sleep 1000");
  start_hand();
  start_client();
  client_->dispatch(decided_action(1));
  ASSERT_TRUE(eventually([&] { return count_lines(folder_ / "pid") == 1; }));
  end_hand(SIGKILL);
  kill(-std::atoi(read_file(folder_ / "pid").c_str()), SIGKILL);
  start_hand();
  EXPECT_TRUE(comes("act-1 failed"));
  client_->dispatch(decided_action(1));
  client_->dispatch(decided_action(2));
  EXPECT_TRUE(eventually([&] { return ran() == 2; })) << "another action is another start";
  kill(-std::atoi(read_file(folder_ / "pid").c_str()), SIGKILL);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(ran(), 2);
}

// kill -9 at moments spread over the whole way of an action, of hand and sometimes of serve's end too. Each action is
// done once or not at all, and each is settled. NIGHTJAR_TEST_KILLS=1000 for a long run.
TEST_F(HandLink, KilledAnywhere) {
  const char* asked = std::getenv("NIGHTJAR_TEST_KILLS");
  const std::uint64_t kills = asked == nullptr ? 10 : std::strtoull(asked, nullptr, 10);
  write_catalogue("sleep 0.02; echo $NIGHTJAR_ACTION_ID >> " + (folder_ / "done"), 1'000'000);
  start_client();
  int done = 0, not_done = 0, unknown = 0;
  for (std::uint64_t id = 1; id <= kills; ++id) {
    start_hand();
    client_->dispatch(decided_action(id));
    eventually([&] { return client_->connected(); });
    std::this_thread::sleep_for(std::chrono::microseconds(id * 7919 % 80'000));
    if (id % 3 == 0) {
      client_.reset();
      start_client();
      client_->dispatch(decided_action(id));  // as serve does with what was running
    }
    end_hand(SIGKILL);
    start_hand();
    const std::string name = to_string(ActionId{id});
    const auto settled = [&] {
      return times(name + " succeeded") + times(name + " failed") + times(name + " unknown");
    };
    EXPECT_TRUE(eventually([&] { return settled() >= 1; }, std::chrono::seconds(60))) << name;
    done += times(name + " succeeded") > 0;
    not_done += times(name + " failed") > 0;
    unknown += times(name + " unknown") > 0;
    end_hand(SIGKILL);
  }
  std::map<std::string, int> deeds;
  std::ifstream lines(folder_ / "done");
  for (std::string line; std::getline(lines, line);) ++deeds[line];
  for (const auto& [action, times] : deeds) EXPECT_EQ(times, 1) << action;
  EXPECT_EQ(static_cast<int>(deeds.size()), done) << "what is said to be done is done, and nothing else is";
  EXPECT_EQ(ran(), done) << "nothing was even begun twice";
  EXPECT_EQ(unknown, 0);
  RecordProperty("done", done);
  std::printf("%d kills: %d done, %d not done, %d unknown\n", static_cast<int>(kills), done, not_done, unknown);
}

TEST_F(HandLink, StopsWhenTheRunningCommandIsThrough) {
  write_catalogue("sleep 1; echo $NIGHTJAR_ACTION_ID >> " + (folder_ / "done"));
  start_hand();
  start_client();
  client_->dispatch(decided_action(1));
  ASSERT_TRUE(eventually([&] { return ran() == 1; }));
  EXPECT_EQ(end_hand(SIGTERM), 0);
  EXPECT_EQ(read_file(folder_ / "done"), "act-1\n");
  EXPECT_TRUE(comes("act-1 succeeded"));
}

TEST_F(HandLink, TheSocketIsForOneUserOnly) {
  start_hand();
  start_client();
  ASSERT_TRUE(comes("hand connected"));
  struct stat folder {
  }, socket_file{};
  ASSERT_EQ(stat((folder_ / "link").c_str(), &folder), 0);
  ASSERT_EQ(stat((folder_ / "link/s.sock").c_str(), &socket_file), 0);
  EXPECT_EQ(folder.st_mode & 0777, 0700u);
  EXPECT_EQ(socket_file.st_mode & 0777, 0600u);
}

TEST_F(HandLink, ASecondHandEndsAtOnce) {
  start_hand();
  start_client();
  ASSERT_TRUE(comes("hand connected"));
  const pid_t first = std::exchange(hand_, -1);
  start_hand();
  EXPECT_EQ(WEXITSTATUS(end_hand(0)), 1) << "the journal is taken";
  write_file(folder_ / "catalogue.yaml", "runboks: []\n");
  start_hand();
  EXPECT_EQ(WEXITSTATUS(end_hand(0)), 2) << "a wrong catalogue";
  hand_ = first;
}

// Bytes that are no frames: the connection is closed and hand goes on.
TEST_F(HandLink, GarbageIsHungUpOn) {
  start_hand();
  start_client();
  ASSERT_TRUE(comes("hand connected"));
  for (const std::string& bytes :
       {std::string("\xFF\xFF\xFF\xFF"), std::string("\0\0\0\2[]", 6), std::string("\0\0\0\2{}", 6),
        std::string("\0\0\0\4nope", 8), std::string("\0\0\1\0", 4) + std::string(256, '['),
        encode_frame(LinkDispatch{}).substr(0, 4) + std::string(1000, 'x')}) {
    sockaddr_un address{.sun_family = AF_UNIX};
    std::strcpy(address.sun_path, (folder_ / "link/s.sock").c_str());
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    char answer[4096];
    ssize_t got;
    do {
      got = read(fd, answer, sizeof answer);
    } while (got > 0);
    EXPECT_LE(got, 0) << "hung up";
    close(fd);
  }
  client_->dispatch(decided_action(1));
  EXPECT_TRUE(comes("act-1 succeeded"));
}

TEST(LinkMessage, CarriesAnAction) {
  Action action = decided_action(9);
  action.decision = {.outcome = DecisionOutcome::needs_approval, .approvals_needed = 1, .policy = "p"};
  action.approvals = {{"ada", {123}, ApprovalVia::link}};
  action.expires_at = {456};
  FrameCutter cutter;
  const std::string frame = encode_frame(LinkDispatch{action});
  for (const char c : frame) cutter.take({&c, 1});
  const auto cut = cutter.next();
  ASSERT_TRUE(cut.ok() && cut->has_value());
  const auto message = decode_message(**cut);
  ASSERT_TRUE(message.ok()) << message.status();
  const Action& back = std::get<LinkDispatch>(*message).action;
  EXPECT_EQ(plan_hash(back), action.plan_hash);
  EXPECT_EQ(back.id, action.id);
  ASSERT_EQ(back.approvals.size(), 1u);
  EXPECT_EQ(back.approvals[0].person, "ada");
  EXPECT_EQ(back.approvals[0].via, ApprovalVia::link);
  EXPECT_EQ(back.expires_at, action.expires_at);
  EXPECT_EQ(back.decision.approvals_needed, 1);
}

}  // namespace
}  // namespace nightjar
