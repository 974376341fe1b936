// Following files: rotation, copytruncate, and a kill between the journal's answer and the checkpoint.
#include "io/receive/file_tail.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/io_receive/door_fixture.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

using Lines = std::vector<std::string>;

class Tail : public ::testing::Test {
 protected:
  Tail() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nightjar-tail-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    group_.files = {folder_ + "/*.log"};
    group_.labels = {{"service.name", "app"}};
    group_.multiline = Multiline::off;
    group_.from = TailFrom::beginning;
  }
  ~Tail() override {
    tail_.reset();
    std::filesystem::remove_all(folder_);
  }

  void begin() {
    FileTailSettings settings;
    settings.groups = {group_};
    settings.checkpoint_file = folder_ + "/tail.json";
    auto tail = FileTail::open(settings, doorway_);
    ASSERT_TRUE(tail.ok()) << tail.status();
    tail_ = *std::move(tail);
  }
  // Without the last look that would write the checkpoint: a kill -9.
  void kill() { tail_.reset(); }
  void write(const std::string& name, std::string_view text) {
    std::ofstream(folder_ + "/" + name, std::ios::app | std::ios::binary) << text;
  }
  void poll(int times = 1) {
    for (int i = 0; i < times; ++i) tail_->poll(now_ = now_ + milliseconds(250));
  }
  // Journalled since the last time this was asked.
  Lines lines() {
    Lines found;
    std::lock_guard lock(inbox_.mutex);
    for (; seen_ < inbox_.taken.size(); ++seen_) {
      const auto& arrived = std::get<SignalsArrived>(inbox_.taken[seen_]);
      const auto signals = decode(arrived.encoding, arrived.body, arrived.verdict, arrived.labels);
      EXPECT_TRUE(signals.ok());
      for (const Signals& one : *signals) {
        EXPECT_EQ(one.resource.service.value, "app");
        for (const LogRecord& record : one.logs) found.push_back(record.body);
      }
    }
    return found;
  }

  std::string folder_;
  TailGroupSettings group_;
  FakeInbox inbox_;
  ManualClock clock_{kNow};
  DoorLedger ledger_;
  LiveStatus status_;
  ByteBudget budget_{256u << 20};
  WorkPool pool_{1, 4};
  Doorway doorway_{inbox_, clock_, ledger_, status_, pool_, pool_, budget_, Limits{}, {}};
  Duration now_ = seconds(100);
  std::unique_ptr<FileTail> tail_;
  std::size_t seen_ = 0;
};

TEST_F(Tail, FromTheBeginningAndAsItGrows) {
  write("a.log", "one\ntwo\r\nhalf");
  begin();
  poll(3);
  EXPECT_EQ(lines(), (Lines{"one", "two"}));
  write("a.log", " done\n");
  poll(3);
  EXPECT_EQ(lines(), Lines{"half done"});
  EXPECT_EQ(ledger_.counts(Door::file_tail).items, 3u);
}

TEST_F(Tail, FromTheEndAtTheFirstStartOnlyAndNewFilesWhole) {
  group_.from = TailFrom::end;
  write("a.log", "old\nhalf");
  begin();
  poll(3);
  EXPECT_EQ(lines(), Lines{});
  write("a.log", " line\n");
  write("b.log", "new file\n");
  poll(8);
  EXPECT_EQ(lines(), (Lines{"half line", "new file"}));
  kill();
  write("c.log", "came while it was down\n");
  begin();
  poll(3);
  EXPECT_EQ(lines(), Lines{"came while it was down"});
}

TEST_F(Tail, RotationByRenameLosesAndRepeatsNothing) {
  write("a.log", "1\n");
  begin();
  poll(3);
  write("a.log", "2\n");
  std::filesystem::rename(folder_ + "/a.log", folder_ + "/a.log.1");
  write("a.log.1", "3\n");  // its writer has not noticed yet
  write("a.log", "4\n");
  poll(8);
  EXPECT_EQ(lines(), (Lines{"1", "2", "3", "4"}));
  write("a.log.1", "5\n");
  poll(3);
  EXPECT_EQ(lines(), Lines{"5"});
  poll(60);  // fifteen seconds: the old one is let go
  EXPECT_EQ(tail_->open_files(), 1u);
  EXPECT_EQ(lines(), Lines{});
}

TEST_F(Tail, RotationWhileItWasDown) {
  write("a.log", "1\n");
  begin();
  poll(3);
  kill();
  write("a.log", "2\n");
  std::filesystem::rename(folder_ + "/a.log", folder_ + "/a.log.1");
  write("a.log", "3\n");
  begin();
  poll(5);
  EXPECT_EQ(lines(), (Lines{"1", "2", "3"}));
}

TEST_F(Tail, DeletedFilesAreReadToTheirEnd) {
  write("a.log", "1\n");
  begin();
  poll(3);
  write("a.log", "2\nlast words");
  std::filesystem::remove(folder_ + "/a.log");
  poll(70);
  EXPECT_EQ(lines(), (Lines{"1", "2", "last words"}));
  EXPECT_EQ(tail_->open_files(), 0u);
}

TEST_F(Tail, CopytruncateStartsAnew) {
  write("a.log", "1\n2\n");
  begin();
  poll(3);
  EXPECT_EQ(lines(), (Lines{"1", "2"}));
  std::filesystem::resize_file(folder_ + "/a.log", 0);
  write("a.log", "3\n");
  poll(3);
  EXPECT_EQ(lines(), Lines{"3"});
  // Cut off and written past where it was between two looks.
  std::filesystem::resize_file(folder_ + "/a.log", 0);
  write("a.log", "four\nfive\n");
  poll(3);
  EXPECT_EQ(lines(), (Lines{"four", "five"}));
  // And while it was down.
  kill();
  std::filesystem::resize_file(folder_ + "/a.log", 0);
  write("a.log", "six and more than before\n");
  begin();
  poll(3);
  EXPECT_EQ(lines(), Lines{"six and more than before"});
}

TEST_F(Tail, AKillBetweenTheAnswerAndTheCheckpointRepeatsAndLosesNothing) {
  write("a.log", "1\n");
  begin();
  poll(3);
  EXPECT_EQ(lines(), Lines{"1"});
  write("a.log", "2\n3\n");
  poll(2);  // offered and answered; the next look would have written the checkpoint
  EXPECT_EQ(lines(), (Lines{"2", "3"}));
  kill();
  write("a.log", "4\n");
  begin();
  poll(4);
  EXPECT_EQ(lines(), (Lines{"2", "3", "4"}));  // repeated, not lost
  kill();
  begin();
  poll(4);
  EXPECT_EQ(lines(), Lines{});  // and after the checkpoint not even repeated
}

TEST_F(Tail, WhileTheInboxRefusesTheFileKeepsIt) {
  inbox_.refuse = unavailable("busy");
  write("a.log", "1\n2\n");
  begin();
  poll(10);
  write("a.log", "3\n");
  poll(10);
  kill();  // nothing was journalled: all of it is read again
  inbox_.refuse = absl::OkStatus();
  begin();
  poll(4);
  EXPECT_EQ(lines(), (Lines{"1", "2", "3"}));
}

TEST_F(Tail, RefusedBatchesAreOfferedAgainInOrder) {
  inbox_.refuse = unavailable("busy");
  write("a.log", "1\n");
  begin();
  poll(10);
  write("a.log", "2\n");
  inbox_.refuse = absl::OkStatus();
  poll(40);
  EXPECT_EQ(lines(), (Lines{"1", "2"}));
}

TEST_F(Tail, LongLinesAreCutAndTheNextIsWhole) {
  write("a.log", std::string(70'000, 'a') + "\n" + std::string(600'000, 'b') + "\nnext\n");
  begin();
  poll(8);
  const Lines got = lines();
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[0].size(), kLogLineBytes);
  EXPECT_EQ(got[1], std::string(kLogLineBytes, 'b'));
  EXPECT_EQ(got[2], "next");
}

TEST_F(Tail, StackTracesAreOneRecordAndPatternsBeginThem) {
  group_.multiline = Multiline::automatic;
  write("a.log", "ERROR lost\njava.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)\nINFO on\n");
  begin();
  poll(3);
  EXPECT_EQ(lines(), (Lines{"ERROR lost\njava.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)", "INFO on"}));
  kill();
  group_.multiline = Multiline::start;
  group_.start_pattern = "^\\d{4}-";
  write("a.log", "2026-1 a\nb\n2026-2 c\n");
  begin();
  poll(3);
  EXPECT_EQ(lines(), (Lines{"2026-1 a\nb", "2026-2 c"}));
}

TEST_F(Tail, MuchIsReadInBatches) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += fmt::format("line {} {}\n", i, std::string(60, 'x'));
  write("a.log", text);
  begin();
  poll(30);
  EXPECT_EQ(lines().size(), 50'000u);
  EXPECT_GE(inbox_.count(), 3u);
}

TEST_F(Tail, ADamagedCheckpointIsSaidAndNotGuessed) {
  std::ofstream(folder_ + "/tail.json") << "{\"files\": [";
  FileTailSettings settings;
  settings.groups = {group_};
  settings.checkpoint_file = folder_ + "/tail.json";
  EXPECT_EQ(FileTail::open(settings, doorway_).status().code(), absl::StatusCode::kInternal);
}

TEST_F(Tail, ItsThreadStopsCleanly) {
  write("a.log", "1\n");
  begin();
  tail_->start();
  for (int i = 0; i < 300 && inbox_.count() == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  tail_->stop();
  EXPECT_EQ(lines(), Lines{"1"});
  begin();
  poll(4);
  EXPECT_EQ(lines(), Lines{});
}

}  // namespace
}  // namespace nightjar
