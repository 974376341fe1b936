#include "store/snapshot/snapshot_store.h"

#include <sys/stat.h>

#include <fstream>

#include "base/text.h"
#include "tests/unit/store/folder.h"

namespace nightjar {
namespace {

const Timestamp kNow{1'764'000'000'000'000'000};

Snapshot state(Sequence sequence, std::size_t bytes = 50'000) {
  Snapshot snapshot{sequence, kNow + seconds(static_cast<std::int64_t>(sequence)), {}};
  for (std::size_t i = 0; snapshot.bytes.size() < bytes; ++i)
    snapshot.bytes += fmt::format("{} {} {}\n", sequence, i, i * i * 2'654'435'761u % 1'000'003);
  return snapshot;
}

std::string file_of(const Folder& folder, Sequence sequence) {
  return fmt::format("{}/s/snapshot-{:020}", folder.path(), sequence);
}
std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void put(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

TEST(SnapshotStore, GivesBackWhatWasWrittenAndKeepsTwo) {
  Folder folder;
  SnapshotStore store(folder / "s");
  for (const Sequence sequence : {9u, 10u, 200u, 3'000u}) {
    const auto bytes = store.write(state(sequence));
    ASSERT_TRUE(bytes.ok()) << message_of(bytes.status());
    EXPECT_EQ(*bytes, std::filesystem::file_size(file_of(folder, sequence)));
    EXPECT_LT(*bytes, state(sequence).bytes.size()) << "packed";
  }
  EXPECT_EQ(store.sequences(), (std::vector<Sequence>{3'000, 200}));
  const auto read = SnapshotStore(folder / "s").read(200);
  ASSERT_TRUE(read.ok()) << message_of(read.status());
  EXPECT_EQ(read->sequence, 200u);
  EXPECT_EQ(read->engine_time, kNow + seconds(200));
  EXPECT_TRUE(read->bytes == state(200).bytes);
  struct stat found {};
  ASSERT_EQ(::stat((folder / "s").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777u, 0700u) << "it holds what telemetry said";
  ASSERT_EQ(::stat(file_of(folder, 200).c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777u, 0600u);
}

TEST(SnapshotStore, WhatDoesNotPackIsKeptAsItIs) {
  Folder folder;
  SnapshotStore store(folder / "s");
  for (const std::string& bytes : {std::string(), std::string("x")}) {
    ASSERT_TRUE(store.write({7, kNow, bytes}).ok());
    EXPECT_EQ(store.read(7)->bytes, bytes);
  }
  EXPECT_EQ(std::filesystem::file_size(file_of(folder, 7)), 49u);
}

TEST(SnapshotStore, NothingThereIsNoError) {
  Folder folder;
  const SnapshotStore store(folder / "s");
  EXPECT_TRUE(store.sequences().empty());
  EXPECT_EQ(store.read(1).status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(folder / "s")) << "looking makes nothing";
}

TEST(SnapshotStore, ATornFileIsNoticedWhereverItEnds) {
  Folder folder;
  SnapshotStore store(folder / "s");
  ASSERT_TRUE(store.write(state(5)).ok());
  const std::string whole = contents(file_of(folder, 5));
  for (std::size_t keep = 0; keep < whole.size(); keep += keep < 60 ? 1 : 997) {
    put(file_of(folder, 5), whole.substr(0, keep));
    const absl::Status status = store.read(5).status();
    ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << keep << " " << message_of(status);
    EXPECT_NE(message_of(status).find(file_of(folder, 5)), std::string_view::npos) << "names the file";
  }
  put(file_of(folder, 5), whole + "x");
  EXPECT_EQ(store.read(5).status().code(), absl::StatusCode::kDataLoss);
}

TEST(SnapshotStore, EveryBitThatFlipsIsNoticed) {
  std::string file = pack_snapshot(state(5, 2'000));
  ASSERT_TRUE(unpack_snapshot(file).ok());
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    const char whole = file[bit / 8];
    file[bit / 8] = static_cast<char>(whole ^ (1 << bit % 8));
    ASSERT_FALSE(unpack_snapshot(file).ok()) << "bit " << bit;
    file[bit / 8] = whole;
  }
}

TEST(SnapshotStore, AnotherFormatAndARenamedFileAreSaidToBeThat) {
  Folder folder;
  SnapshotStore store(folder / "s");
  ASSERT_TRUE(store.write(state(5)).ok());
  std::string other = contents(file_of(folder, 5));
  put(file_of(folder, 6), other);
  EXPECT_EQ(store.read(6).status().code(), absl::StatusCode::kFailedPrecondition);
  other[6] = '2';
  put(file_of(folder, 5), other);
  EXPECT_EQ(store.read(5).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(SnapshotStore, FilesOfOthersAndLeftoversAreNotTakenForSnapshots) {
  Folder folder;
  SnapshotStore store(folder / "s");
  ASSERT_TRUE(store.write(state(5)).ok());
  for (const char* name : {"s/unfinished", "s/snapshot-", "s/snapshot-12x", "s/notes"}) put(folder / name, "half");
  EXPECT_EQ(store.sequences(), std::vector<Sequence>{5});
  ASSERT_TRUE(store.write(state(6)).ok()) << "over the leftover of a crash";
  EXPECT_FALSE(std::filesystem::exists(folder / "s/unfinished"));
  EXPECT_TRUE(std::filesystem::exists(folder / "s/notes"));
}

TEST(SnapshotStore, AJournalPutBackFromACopyBeginsAnew) {
  Folder folder;
  SnapshotStore store(folder / "s");
  ASSERT_TRUE(store.write(state(500)).ok() && store.write(state(600)).ok());
  ASSERT_TRUE(store.write(state(40)).ok());
  EXPECT_EQ(store.sequences(), std::vector<Sequence>{40}) << "what was after it did not happen";
}

TEST(SnapshotStore, WhatCannotBeWrittenLeavesTheOthersAlone) {
  Folder folder;
  SnapshotStore store(folder / "s");
  ASSERT_TRUE(store.write(state(5)).ok());
  std::filesystem::create_directories(folder / "s/unfinished/in the way");
  const auto bytes = store.write(state(6));
  ASSERT_FALSE(bytes.ok());
  EXPECT_NE(message_of(bytes.status()).find("unfinished"), std::string_view::npos) << message_of(bytes.status());
  EXPECT_TRUE(store.read(5).ok());
}

}  // namespace
}  // namespace nightjar
