#include "io/act/hand_journal.h"

#include <unistd.h>

#include "base/text.h"
#include "tests/unit/io_act/fixtures.h"

namespace nightjar {
namespace {

HandRecord started(std::uint64_t id) {
  return {.at = {1000},
          .event = HandEvent::started,
          .action = {id},
          .text = "roll back \"payment\" ✓",
          .runbook = "rollback",
          .service = "payment",
          .plan_hash = "abc",
          .arguments = {{"service", "payment"}}};
}

void write_three(const std::string& folder) {
  auto journal = HandJournal::open(folder);
  ASSERT_TRUE(journal.ok()) << journal.status();
  ASSERT_TRUE((*journal)->append(started(1)).ok());
  ASSERT_TRUE((*journal)->append({.event = HandEvent::marked, .action = {1}, .text = "pid=1 \xFF"}).ok());
  ASSERT_TRUE((*journal)->append({.event = HandEvent::result, .action = {1}, .report = ReportKind::failed}).ok());
}

TEST(HandJournal, ReadsWhatItWrote) {
  const TemporaryFolder folder;
  write_three(folder / "hand");
  auto journal = HandJournal::open(folder / "hand");
  ASSERT_TRUE(journal.ok()) << journal.status();
  const auto& history = (*journal)->history();
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history[0].text, "roll back \"payment\" ✓");
  EXPECT_EQ(history[0].arguments, (std::map<std::string, std::string>{{"service", "payment"}}));
  EXPECT_EQ(history[2].event, HandEvent::result);
  EXPECT_EQ(history[2].report, ReportKind::failed);
  EXPECT_TRUE((*journal)->append(started(2)).ok());
}

TEST(HandJournal, BelongsToOneProcess) {
  const TemporaryFolder folder;
  const auto journal = HandJournal::open(folder.path());
  ASSERT_TRUE(journal.ok());
  const auto second = HandJournal::open(folder.path());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition) << second.status();
}

// However much of the last record is missing, the two before are there and the next one fits on.
TEST(HandJournal, ForgivesATornEnd) {
  const TemporaryFolder folder;
  write_three(folder.path());
  const std::string whole = read_file(folder / "hand.jsonl");
  const std::size_t second_end = whole.find('\n', whole.find('\n') + 1) + 1;
  for (std::size_t length = second_end; length < whole.size(); length += 7) {
    write_file(folder / "hand.jsonl", whole.substr(0, length));
    const auto journal = HandJournal::open(folder.path());
    ASSERT_TRUE(journal.ok()) << length << " " << journal.status();
    EXPECT_EQ((*journal)->history().size(), 2u);
    EXPECT_TRUE((*journal)->append(started(9)).ok());
  }
  const auto journal = HandJournal::open(folder.path());
  ASSERT_TRUE(journal.ok());
  EXPECT_EQ((*journal)->history().size(), 3u);
}

// Any single byte changed, any record dropped or swapped: it does not open, because a STARTED may be missing.
TEST(HandJournal, FindsEveryOtherDamage) {
  const TemporaryFolder folder;
  write_three(folder.path());
  const std::string whole = read_file(folder / "hand.jsonl");
  const auto opens = [&](const std::string& text) {
    write_file(folder / "hand.jsonl", text);
    return HandJournal::open(folder.path()).ok();
  };
  ASSERT_TRUE(opens(whole));
  // The last line break is left alone: without it the record is a torn one.
  for (std::size_t i = 0; i + 1 < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] ^= 1;
    EXPECT_FALSE(opens(damaged)) << "byte " << i;
  }
  const std::size_t first = whole.find('\n') + 1, second = whole.find('\n', first) + 1;
  EXPECT_FALSE(opens(whole.substr(first))) << "first dropped";
  EXPECT_FALSE(opens(whole.substr(0, first) + whole.substr(second))) << "second dropped";
  EXPECT_FALSE(opens(whole.substr(first, second - first) + whole.substr(0, first) + whole.substr(second))) << "swapped";
}

}  // namespace
}  // namespace nightjar
