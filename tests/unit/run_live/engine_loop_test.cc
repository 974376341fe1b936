// The live loop over real stores in a folder of its own: stopped, started again, with its snapshots, without them, and
// with a journal whose beginning is gone.
#include "run/live/engine_loop.h"

#include "base/text.h"
#include "run/live/snapshot_metrics.h"
#include "run/sim/simulated_world.h"
#include "tests/unit/store/folder.h"
#include "wire/json/document_json.h"
#include "wire/json/input_json.h"
#include "wire/json/signals_record.h"

namespace nightjar {
namespace {

constexpr RecordCodec kDocuments = {encode_incident, encode_change, encode_action, encode_delivery, encode_ticket,
                                    decode_incident, decode_change, decode_action, decode_delivery, decode_ticket};
const DriverSettings kLanes{.lanes = 2, .threads = true};

// What a simulated shop sends in these seconds; nobody carries anything out.
std::vector<Input> inputs_of(std::uint64_t seed, int seconds) {
  SimulatedWorld world(seed);
  std::vector<Input> inputs;
  for (int second = 0; second < seconds; ++second)
    for (Input& input : world.next_second()) inputs.push_back(std::move(input));
  return inputs;
}

class Live {
 public:
  Live(const Folder& folder, const DriverSettings& driver, Duration every)
      : journal_(*Journal::open(folder / "journal", {.write_buffer_bytes = 1u << 20, .reserve_bytes = 0})),
        records_(*Records::open(folder / "records.db", kDocuments)),
        rollups_(*Rollups::open(folder / "rollups")),
        snapshots_(folder / "snapshots"),
        loop_(LiveStores{*journal_, *records_, *rollups_, snapshots_}, driver, {.every = every}) {
    auto recovered = loop_.recover();
    EXPECT_TRUE(recovered.ok()) << message_of(recovered.status());
    if (recovered.ok()) recovered_ = *recovered;
    loop_.start({});
  }
  const EngineLoop::Recovered& recovered() const { return recovered_; }
  EngineLoop& loop() { return loop_; }
  Journal& journal() { return *journal_; }
  Records& records() { return *records_; }
  SnapshotStore& snapshots() { return snapshots_; }
  void take(const std::vector<Input>& inputs) {
    for (const Input& input : inputs) {
      if (input.sequence <= journal_->last_sequence()) continue;
      const bool signals = std::holds_alternative<SignalsArrived>(input.body);
      const JournalRecord record{input.sequence, input.time,
                                 signals ? JournalStream::signals : JournalStream::decisions,
                                 signals ? encode_signals_record(input) : encode_input(input)};
      ASSERT_TRUE(journal_->append({&record, 1}).ok());
      loop_.push(input);
    }
  }

 private:
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Records> records_;
  std::unique_ptr<Rollups> rollups_;
  SnapshotStore snapshots_;
  EngineLoop loop_;
  EngineLoop::Recovered recovered_;
};

// One that was never stopped.
struct Undisturbed {
  explicit Undisturbed(const std::vector<Input>& inputs) {
    for (const Input& input : inputs) driver.step(input);
  }
  Driver driver{{.lanes = 2}};
};
std::string undisturbed(const std::vector<Input>& inputs) { return Undisturbed(inputs).driver.snapshot(); }

TEST(EngineLoop, ACleanStopLeavesNothingToReplay) {
  Folder folder;
  const std::vector<Input> inputs = inputs_of(3, 60);
  {
    Live live(folder, kLanes, minutes(10));
    EXPECT_EQ(live.recovered().replayed.inputs, 0u);
    live.take(inputs);
    live.loop().stop();
    EXPECT_EQ(live.loop().snapshot_figures().sequence, inputs.back().sequence);
  }
  Live again(folder, kLanes, minutes(10));
  EXPECT_EQ(again.recovered().from_snapshot, inputs.back().sequence);
  EXPECT_EQ(again.recovered().last_time, inputs.back().time);
  EXPECT_EQ(again.recovered().replayed.inputs, 0u);
  again.loop().stop();
  EXPECT_EQ(again.snapshots().sequences().size(), 1u) << "nothing happened, nothing is written";
}

// Twice as long as one run of the loop, with a crash's restart in the middle: the older snapshot and what came behind
// it give the same state as an engine that was never stopped.
TEST(EngineLoop, ARestartReplaysOnlyWhatIsBehindTheSnapshot) {
  Folder folder;
  const std::vector<Input> inputs = inputs_of(3, 300);
  const std::vector<Input> first(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(inputs.size() / 2));
  {
    Live live(folder, kLanes, minutes(1));
    live.take(first);
    live.loop().stop();
    ASSERT_EQ(live.snapshots().sequences().size(), 2u) << "one on the way, one at the stop";
    std::filesystem::remove(fmt::format("{}/snapshot-{:020}", folder / "snapshots", first.back().sequence));
  }
  Live again(folder, kLanes, minutes(1));
  const Sequence from = again.recovered().from_snapshot;
  EXPECT_GT(from, first.size() / 3);
  EXPECT_EQ(again.recovered().replayed.inputs, first.size() - from);
  EXPECT_EQ(again.recovered().replayed.missing, 0u);
  again.take(inputs);
  again.loop().stop();
  const auto last = again.snapshots().read(inputs.back().sequence);
  ASSERT_TRUE(last.ok()) << message_of(last.status());
  EXPECT_TRUE(last->bytes == undisturbed(inputs));
  // What happened before the restart is listed like what happened after it.
  const Undisturbed whole(inputs);
  EXPECT_EQ(again.records().changes({Timestamp{}, inputs.back().time + seconds(1)}, 1000)->size(),
            whole.driver.world().changes.size());
}

TEST(EngineLoop, ADamagedSnapshotCostsALongerReplay) {
  Folder folder;
  const std::vector<Input> inputs = inputs_of(5, 150);
  {
    Live live(folder, kLanes, minutes(1));
    live.take(inputs);
    live.loop().stop();
    const std::string newest = fmt::format("{}/snapshot-{:020}", folder / "snapshots", inputs.back().sequence);
    std::filesystem::resize_file(newest, std::filesystem::file_size(newest) / 2);
  }
  Live again(folder, kLanes, minutes(1));
  EXPECT_LT(again.recovered().from_snapshot, inputs.back().sequence);
  EXPECT_GT(again.recovered().from_snapshot, 0u);
  EXPECT_EQ(again.recovered().replayed.inputs, inputs.size() - again.recovered().from_snapshot);
}

// Retention as serve keeps house: old signals go, those behind the oldest snapshot stay.
void drop_old_signals(Live& live, const std::vector<Input>& inputs) {
  const auto dropped = live.journal().drop_old(
      {.signal_age = seconds(1), .keep_from = live.snapshots().sequences().back() + 1}, inputs.back().time);
  ASSERT_TRUE(dropped.ok());
  ASSERT_EQ(dropped->signals_before, live.snapshots().sequences().back() + 1);
}

TEST(EngineLoop, OldSignalsGoWithoutAGapForARestartOrAReplay) {
  Folder folder;
  const std::vector<Input> inputs = inputs_of(5, 200);
  Sequence oldest = 0;
  {
    Live live(folder, kLanes, minutes(1));
    live.take(inputs);
    live.loop().stop();
    EXPECT_TRUE(*complete_from_start(live.journal()));
    drop_old_signals(live, inputs);
    EXPECT_FALSE(*complete_from_start(live.journal()));
    oldest = live.snapshots().sequences().back();
    std::filesystem::remove(fmt::format("{}/snapshot-{:020}", folder / "snapshots", inputs.back().sequence));
  }
  {
    Live again(folder, kLanes, minutes(1));
    EXPECT_EQ(again.recovered().from_snapshot, oldest);
    EXPECT_EQ(again.recovered().replayed.missing, 0u);
  }
  const auto journal = Journal::open(folder / "journal", {.opening = JournalOpening::read_only});
  const auto report = replay(**journal, SnapshotStore(folder / "snapshots"), {.lanes = 2});
  ASSERT_TRUE(report.ok()) << message_of(report.status());
  EXPECT_EQ(report->from_snapshot, oldest);
  EXPECT_EQ(report->first_difference, "");
  EXPECT_GT(report->compared, 10u);
  const auto other_lanes = replay(**journal, SnapshotStore(folder / "snapshots"), {.lanes = 5});
  EXPECT_EQ(other_lanes.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(message_of(other_lanes.status()).find("2 lanes"), std::string_view::npos);
}

TEST(EngineLoop, WithoutAnySnapshotItStartsWithWhatIsThereAndKnowsWhatIsMissing) {
  Folder folder;
  const std::vector<Input> inputs = inputs_of(5, 150);
  Sequence oldest = 0;
  {
    Live live(folder, kLanes, minutes(1));
    live.take(inputs);
    live.loop().stop();
    oldest = live.snapshots().sequences().back();
    drop_old_signals(live, inputs);
    std::filesystem::remove_all(folder / "snapshots");
  }
  {
    Live again(folder, kLanes, minutes(1));
    const ReplayCounts& replayed = again.recovered().replayed;
    EXPECT_EQ(again.recovered().from_snapshot, 0u);
    EXPECT_EQ(replayed.inputs + replayed.missing, inputs.size());
    EXPECT_GT(replayed.missing, 100u);
    EXPECT_GT(replayed.missing_from, 1u) << "decisions are kept for years";
    EXPECT_LE(replayed.missing_to, oldest);
    EXPECT_EQ(again.loop().world().config.routes.size(), 1u);
  }
  const auto journal = Journal::open(folder / "journal", {.opening = JournalOpening::read_only});
  std::filesystem::remove_all(folder / "snapshots");
  EXPECT_EQ(replay(**journal, SnapshotStore(folder / "snapshots"), {.lanes = 2}).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(EngineLoop, OtherLanesReplayTheJournalWhileItIsComplete) {
  Folder folder;
  const std::vector<Input> inputs = inputs_of(4, 60);
  {
    Live live(folder, kLanes, minutes(10));
    live.take(inputs);
  }
  Live again(folder, {.lanes = 3}, minutes(10));
  EXPECT_EQ(again.recovered().from_snapshot, 0u);
  EXPECT_EQ(again.recovered().replayed.inputs, inputs.size());
  EXPECT_EQ(again.recovered().replayed.missing, 0u);
}

TEST(EngineLoop, TicksAloneAreWrittenDownMoreSeldom) {
  Folder folder;
  Live live(folder, kLanes, minutes(1));
  std::vector<Input> inputs;
  const Timestamp begin{1'790'000'000'000'000'000};
  for (Sequence sequence = 1; sequence <= 301; ++sequence)
    inputs.push_back({sequence, begin + seconds(static_cast<std::int64_t>(sequence)), Tick{}});
  live.take(inputs);
  while (live.loop().backlog() > 0) std::this_thread::yield();
  EXPECT_TRUE(live.snapshots().sequences().empty());
  EXPECT_EQ(snapshot_metrics(live.loop().snapshot_figures(), begin).find("age"), std::string::npos);
  live.loop().stop();
  EXPECT_EQ(live.snapshots().sequences(), std::vector<Sequence>{301});
  const std::string metrics = snapshot_metrics(live.loop().snapshot_figures(), inputs.back().time + seconds(7));
  EXPECT_NE(metrics.find("nightjar_snapshot_sequence 301\n"), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("nightjar_snapshot_age_seconds 7\n"), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("nightjar_snapshot_bytes "), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("nightjar_snapshot_seconds{step=\"take\"} "), std::string::npos) << metrics;
}

}  // namespace
}  // namespace nightjar
