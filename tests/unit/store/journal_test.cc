#include "store/journal/journal.h"

#include <sys/stat.h>

#include <fstream>

#include <rocksdb/db.h>

#include "base/text.h"
#include "tests/unit/store/folder.h"

namespace nightjar {
namespace {

const JournalSettings kSmall{.write_buffer_bytes = 1u << 20, .reserve_bytes = 0};
Timestamp at(std::int64_t second) { return Timestamp{1'764'000'000'000'000'000} + seconds(second); }

std::unique_ptr<Journal> open(const std::string& path, JournalSettings settings = kSmall) {
  auto journal = Journal::open(path, settings);
  EXPECT_TRUE(journal.ok()) << message_of(journal.status());
  return journal.ok() ? *std::move(journal) : nullptr;
}

JournalRecord decision(Sequence sequence, std::string bytes) {
  return {sequence, at(static_cast<std::int64_t>(sequence)), JournalStream::decisions, std::move(bytes)};
}
JournalRecord signals(Sequence sequence, std::string bytes) {
  return {sequence, at(static_cast<std::int64_t>(sequence)), JournalStream::signals, std::move(bytes)};
}

std::vector<std::string> told(const Journal& journal, Sequence from = 0) {
  std::vector<std::string> lines;
  const absl::Status status = journal.for_each(from, [&](const JournalEntry& entry) {
    lines.push_back(fmt::format("{} {} {}", entry.sequence, entry.stream == JournalStream::signals ? "S" : "D",
                                entry.fault == RecordFault::none ? entry.bytes : word(entry.fault)));
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << message_of(status);
  return lines;
}

TEST(Journal, TellsBothStreamsInOrderAfterReopening) {
  Folder folder;
  {
    auto journal = open(folder / "journal");
    const std::vector<JournalRecord> first = {decision(1, "a"), signals(2, "b"), signals(3, std::string("c\0d", 3))};
    ASSERT_TRUE(journal->append(first).ok());
    const std::vector<JournalRecord> second = {decision(4, "e"), signals(5, "")};
    ASSERT_TRUE(journal->append(second).ok());
    ASSERT_TRUE(journal->append({}).ok());
    ASSERT_TRUE(journal->append_effects(2, {"x", "y"}).ok());
    ASSERT_TRUE(journal->append_effects(2, {"z"}).ok()) << "replaces";
    ASSERT_TRUE(journal->set_position("snapshot", 3).ok());
  }
  auto journal = open(folder / "journal");
  EXPECT_EQ(journal->last_sequence(), 5u);
  EXPECT_EQ(told(*journal), (std::vector<std::string>{"1 D a", "2 S b", std::string("3 S c\0d", 7), "4 D e", "5 S "}));
  EXPECT_EQ(told(*journal, 4), (std::vector<std::string>{"4 D e", "5 S "}));
  EXPECT_EQ(journal->effects_of(2).value(), std::vector<std::string>{"z"});
  EXPECT_TRUE(journal->effects_of(3).value().empty());
  EXPECT_EQ(journal->last_effects_sequence(), 2u);
  EXPECT_EQ(journal->position("snapshot").value(), 3u);
  EXPECT_EQ(journal->position("nothing").value(), 0u);
  EXPECT_EQ(journal->signals_kept().value().first, 2u);
  EXPECT_EQ(journal->signals_kept().value().last, 5u);
}

TEST(Journal, VisitorStopsIt) {
  Folder folder;
  auto journal = open(folder / "journal");
  const std::vector<JournalRecord> records = {decision(1, "a"), decision(2, "b"), decision(3, "c")};
  ASSERT_TRUE(journal->append(records).ok());
  int seen = 0;
  const absl::Status status =
      journal->for_each(0, [&](const JournalEntry&) { return ++seen == 2 ? not_found("enough") : absl::OkStatus(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(seen, 2);
}

TEST(Journal, ChainHoldsAcrossReopening) {
  Folder folder;
  std::string head;
  for (Sequence n = 1; n <= 6; n += 2) {
    auto journal = open(folder / "journal");
    const std::vector<JournalRecord> records = {decision(n, fmt::format("d{}", n)), signals(n + 1, "s")};
    ASSERT_TRUE(journal->append(records).ok());
    const ChainReport report = journal->verify_chain().value();
    EXPECT_EQ(report.first_bad, 0u) << report.text;
    EXPECT_EQ(report.last, n);
    EXPECT_NE(report.head, head);
    head = report.head;
  }
}

// Changes records behind the journal's back, the way a person with the file would.
void edit(const std::string& path, const std::function<void(rocksdb::DB&, rocksdb::ColumnFamilyHandle*)>& change,
          const char* family = "decisions") {
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : {"default", "signals", "decisions", "effects"})
    families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(rocksdb::DBOptions(), path + "/records", families, &handles, &db);
  ASSERT_TRUE(status.ok()) << status.ToString();
  for (auto* handle : handles)
    if (handle->GetName() == family) change(*db, handle);
  for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
  delete db;
}

std::string value_of(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, Sequence sequence) {
  std::string value;
  EXPECT_TRUE(db.Get(rocksdb::ReadOptions(), family, sequence_key(sequence), &value).ok());
  return value;
}

class ChangedJournal : public testing::Test {
 protected:
  void SetUp() override {
    auto journal = open(path_);
    std::vector<JournalRecord> records;
    for (Sequence n = 1; n <= 9; ++n) records.push_back(decision(n, fmt::format("decision {}", n)));
    records.push_back(signals(10, "signals ten"));
    records.push_back(signals(11, "signals eleven"));
    ASSERT_TRUE(journal->append(records).ok());
  }
  ChainReport verify() { return open(path_)->verify_chain().value(); }

  Folder folder_;
  std::string path_ = folder_ / "journal";
};

TEST(RecordFrame, EveryFlippedBitIsFound) {
  const std::string bytes = "decision 5", hash(32, 'h');
  const std::string whole = frame_header(5, at(5), hash, bytes) + bytes;
  EXPECT_EQ(read_frame(whole, 5, 32).bytes, bytes);
  EXPECT_EQ(read_frame(whole, 5, 32).time, at(5));
  EXPECT_EQ(read_frame(whole, 6, 32).fault, RecordFault::wrong_sequence);
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(read_frame(flipped, 5, 32).fault, RecordFault::checksum) << bit;
  }
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(read_frame(whole.substr(0, length), 5, 32).fault, RecordFault::none) << length;
}

TEST_F(ChangedJournal, AFlippedBitCostsOneRecord) {
  for (const std::size_t byte : {0u, 10u, 30u, 55u}) {
    std::string whole;
    edit(path_, [&](auto& db, auto* family) {
      whole = value_of(db, family, 5);
      std::string flipped = whole;
      flipped[byte] = static_cast<char>(flipped[byte] ^ 4);
      db.Put({}, family, sequence_key(5), flipped);
    });
    {
      auto journal = open(path_);
      EXPECT_EQ(journal->verify_chain()->first_bad, 5u) << byte;
      const auto lines = told(*journal);
      ASSERT_EQ(lines.size(), 11u);
      EXPECT_EQ(lines[4], "5 D checksum");
      EXPECT_EQ(lines[5], "6 D decision 6");
    }
    edit(path_, [&](auto& db, auto* family) { db.Put({}, family, sequence_key(5), whole); });
  }
  EXPECT_EQ(verify().first_bad, 0u) << "as it was";
}

TEST_F(ChangedJournal, AForgedRecordBreaksTheChain) {
  edit(path_, [](auto& db, auto* family) {
    const std::string value = value_of(db, family, 4);
    const Frame frame = read_frame(value, 4, 32);
    db.Put({}, family, sequence_key(4), frame_header(4, frame.time, frame.hash, "decision X") + "decision X");
  });
  const ChainReport report = verify();
  EXPECT_EQ(report.first_bad, 4u);
  EXPECT_NE(report.text.find("hash does not follow"), std::string::npos);
}

TEST_F(ChangedJournal, AMissingRecordBreaksTheChain) {
  edit(path_, [](auto& db, auto* family) { db.Delete({}, family, sequence_key(4)); });
  EXPECT_EQ(verify().first_bad, 5u);
}

TEST_F(ChangedJournal, TwoSwappedRecordsAreFound) {
  edit(path_, [](auto& db, auto* family) {
    const std::string a = value_of(db, family, 4), b = value_of(db, family, 5);
    db.Put({}, family, sequence_key(4), b);
    db.Put({}, family, sequence_key(5), a);
  });
  EXPECT_EQ(verify().first_bad, 4u);
  EXPECT_EQ(told(*open(path_))[3], "4 D wrong_sequence");
}

TEST_F(ChangedJournal, ACutTailShowsInTheHead) {
  const std::string head = verify().head;
  edit(path_, [](auto& db, auto* family) { db.Delete({}, family, sequence_key(9)); });
  const ChainReport report = verify();
  EXPECT_EQ(report.first_bad, 0u) << "a chain alone cannot know";
  EXPECT_NE(report.head, head) << "an anchored head does";
}

TEST_F(ChangedJournal, ADamagedLastRecordDoesNotStopTheNext) {
  edit(path_, [](auto& db, auto* family) { db.Put({}, family, sequence_key(9), std::string("torn")); });
  {
    auto journal = open(path_);
    const std::vector<JournalRecord> next = {decision(12, "twelve")};
    ASSERT_TRUE(journal->append(next).ok());
    EXPECT_EQ(told(*journal, 9).front(), "9 D cut_short");
    EXPECT_EQ(told(*journal, 9).back(), "12 D twelve");
  }
  EXPECT_EQ(verify().first_bad, 9u);
}

TEST_F(ChangedJournal, DamagedSignalsAreReportedToo) {
  edit(
      path_, [](auto& db, auto* family) { db.Put({}, family, sequence_key(10), std::string(30, 'x')); }, "signals");
  EXPECT_EQ(told(*open(path_), 10), (std::vector<std::string>{"10 S checksum", "11 S signals eleven"}));
}

TEST(Journal, ABadBlockOfTheFileCostsItsRecordsOnly) {
  Folder folder;
  std::uint64_t noise = 88172645463325252;  // incompressible, the same each run
  {
    auto journal = open(folder / "journal");
    for (Sequence n = 1; n <= 100; ++n) {
      std::string body(40'000, ' ');
      for (char& c : body) {
        noise ^= noise << 13, noise ^= noise >> 7, noise ^= noise << 17;
        c = static_cast<char>(noise);
      }
      const std::vector<JournalRecord> one = {signals(n, body)};
      ASSERT_TRUE(journal->append(one).ok());
    }
  }
  std::filesystem::path table;  // some file that memory has been flushed to
  for (const auto& file : std::filesystem::directory_iterator(folder / "journal/records"))
    if (file.path().extension() == ".sst" && file.file_size() > 500'000) table = file.path();
  ASSERT_FALSE(table.empty());
  {
    std::fstream bytes(table, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(300'000);
    bytes.write("damage", 6);
  }
  auto journal = open(folder / "journal");
  int good = 0, holes = 0;
  ASSERT_TRUE(journal
                  ->for_each(0,
                             [&](const JournalEntry& entry) {
                               ++(entry.fault == RecordFault::none ? good : holes);
                               return absl::OkStatus();
                             })
                  .ok());
  EXPECT_EQ(holes, 1);
  EXPECT_GE(good, 97) << "a block holds two bodies";
  EXPECT_LT(good, 100);
}

TEST(Journal, ATornTailIsForgotten) {
  Folder folder;
  {
    auto journal = open(folder / "journal");
    const std::vector<JournalRecord> records = {decision(1, "a"), decision(2, "b")};
    ASSERT_TRUE(journal->append({&records[0], 1}).ok());
    ASSERT_TRUE(journal->append({&records[1], 1}).ok());
  }
  for (const auto& file : std::filesystem::directory_iterator(folder / "journal/records"))
    if (file.path().extension() == ".log")
      std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) - 3);
  EXPECT_EQ(told(*open(folder / "journal")), (std::vector<std::string>{"1 D a"}));
}

TEST(Journal, AHoleInTheLogStopsTheOpeningUntilSalvage) {
  Folder folder;
  {
    auto journal = open(folder / "journal");
    for (Sequence n = 1; n <= 20; ++n) {
      const std::vector<JournalRecord> one = {decision(n, std::string(5'000, 'x'))};
      ASSERT_TRUE(journal->append(one).ok());
    }
  }
  for (const auto& file : std::filesystem::directory_iterator(folder / "journal/records"))
    if (file.path().extension() == ".log") {
      std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
      bytes.seekp(30'000);
      bytes.write("damage", 6);
    }
  const auto refused = Journal::open(folder / "journal", kSmall);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kDataLoss) << message_of(refused.status());
  JournalSettings salvage = kSmall;
  salvage.opening = JournalOpening::salvage;
  auto journal = open(folder / "journal", salvage);
  EXPECT_GE(told(*journal).size(), 10u);
  EXPECT_LT(told(*journal).size(), 20u);
}

TEST(Journal, SaysWhyItDoesNotOpen) {
  Folder folder;
  auto journal = open(folder / "journal");
  const auto second = Journal::open(folder / "journal", kSmall);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition) << message_of(second.status());
  EXPECT_NE(message_of(second.status()).find("another process"), std::string_view::npos);

  EXPECT_EQ(Journal::open(folder / "none", {.opening = JournalOpening::read_only}).status().code(),
            absl::StatusCode::kNotFound);
  std::ofstream(folder / "file") << "not a folder";
  EXPECT_FALSE(Journal::open(folder / "file/journal", kSmall).ok());
  if (geteuid() != 0) {
    std::filesystem::create_directory(folder / "closed");
    chmod((folder / "closed").c_str(), 0500);
    const auto closed = Journal::open(folder / "closed", kSmall);
    EXPECT_EQ(closed.status().code(), absl::StatusCode::kPermissionDenied) << message_of(closed.status());
  }
}

TEST(Journal, ReadOnlyLooksAtAJournalInUse) {
  Folder folder;
  auto writer = open(folder / "journal");
  const std::vector<JournalRecord> records = {decision(1, "a"), signals(2, "b")};
  ASSERT_TRUE(writer->append(records).ok());
  auto reader = open(folder / "journal", {.opening = JournalOpening::read_only});
  EXPECT_EQ(told(*reader), (std::vector<std::string>{"1 D a", "2 S b"}));
}

TEST(Journal, DropsOldSignalsButNoDecisions) {
  Folder folder;
  auto journal = open(folder / "journal");
  for (Sequence n = 1; n <= 200; ++n) {
    const std::vector<JournalRecord> one = {n % 2 ? decision(n, "d") : signals(n, "s")};
    ASSERT_TRUE(journal->append(one).ok());
    ASSERT_TRUE(journal->append_effects(n, {"e"}).ok());
  }
  JournalRetention retention{.signal_age = seconds(50), .effect_age = seconds(20), .keep_from = 120};
  auto dropped = journal->drop_old(retention, at(200)).value();
  EXPECT_EQ(dropped.signals_before, 120u) << "150 by age, but replay starts at 120";
  EXPECT_EQ(dropped.effects_before, 120u);
  EXPECT_EQ(journal->signals_kept().value().first, 120u);
  retention.keep_from = 0;
  dropped = journal->drop_old(retention, at(200)).value();
  EXPECT_EQ(dropped.signals_before, 149u) << "148 was written more than 50 s ago, 150 was not";
  EXPECT_EQ(journal->signals_kept().value().first, 150u);
  EXPECT_TRUE(journal->effects_of(179).value().empty());
  EXPECT_EQ(journal->effects_of(181).value().size(), 1u);
  EXPECT_EQ(journal->verify_chain().value().records, 100u);
  EXPECT_EQ(told(*journal).size(), 100u + 26u);
}

TEST(Journal, DropsSignalsBySize) {
  Folder folder;
  auto journal = open(folder / "journal");
  std::uint64_t noise = 88172645463325252;
  for (Sequence n = 1; n <= 400; ++n) {
    std::string body(20'000, ' ');
    for (char& c : body) {
      noise ^= noise << 13, noise ^= noise >> 7, noise ^= noise << 17;
      c = static_cast<char>(noise);
    }
    const std::vector<JournalRecord> one = {signals(n, std::move(body))};
    ASSERT_TRUE(journal->append(one).ok());
  }
  const auto dropped = journal->drop_old({.signal_bytes = 3u << 20}, at(400)).value();
  EXPECT_GT(dropped.signals_before, 100u);
  EXPECT_LT(dropped.signals_before, 350u);
  EXPECT_EQ(journal->signals_kept().value().first, dropped.signals_before);
}

TEST(Journal, KnowsTheRoomLeftAndKeepsAReserve) {
  Folder folder;
  auto journal = open(folder / "journal", {.write_buffer_bytes = 1u << 20, .reserve_bytes = 1u << 20});
  EXPECT_GT(journal->room_left().value().total_bytes, 0u);
  EXPECT_EQ(std::filesystem::file_size(folder / "journal/reserve"), 1u << 20);
}

TEST(JournalDeathTest, SequencesAscend) {
  Folder folder;
  auto journal = open(folder / "journal");
  const std::vector<JournalRecord> records = {decision(2, "a")};
  ASSERT_TRUE(journal->append(records).ok());
  EXPECT_DEATH((void)journal->append(records), "record.sequence > last");
}

}  // namespace
}  // namespace nightjar
