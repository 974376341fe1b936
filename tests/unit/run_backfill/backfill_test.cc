// The past of a real Prometheus, made by promtool, lived through by a new nightjar. Skipped, and says so, where they
// are not installed.
#include "run/backfill/backfill.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <numbers>

#include "base/text.h"
#include "io/net/clock.h"
#include "io/net/http_client.h"
#include "io/net/http_server.h"
#include "run/replay/replay.h"
#include "tests/unit/io_receive/child.h"
#include "wire/decode.h"
#include "wire/json/input_json.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kDays = 3;

class BackfillPeer : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!std::filesystem::exists("/usr/bin/promtool") || !std::filesystem::exists("/usr/bin/prometheus")) return;
    std::string pattern = (std::filesystem::temp_directory_path() / "nightjar-backfill-XXXXXX").string();
    folder_ = new std::string(::mkdtemp(pattern.data()));
    const std::int64_t now_s = SystemClock().now().ns / 1'000'000'000 / 60 * 60;
    end_ = {now_s * 1'000'000'000};
    std::ofstream page(*folder_ + "/past.om");
    const auto each_minute = [&](auto sample) {
      for (std::int64_t s = now_s - kDays * 86'400; s < now_s; s += 60)
        sample(s, static_cast<double>(s % 86'400) / 86'400);
    };
    page << "# TYPE queue gauge\n";
    each_minute([&](std::int64_t s, double day) {
      page << fmt::format("queue{{job=\"web\",instance=\"web-1:80\"}} {} {}\n",
                          std::round(100 + 50 * std::sin(2 * std::numbers::pi * day)), s);
    });
    page << "# TYPE hits counter\n";
    double hits = 0;
    each_minute([&](std::int64_t s, double) {
      page << fmt::format("hits_total{{job=\"web\",instance=\"web-1:80\",path=\"C:\\\\a \\\"b\\\"\"}} {} {}\n",
                          hits += 60, s);
    });
    page << "# TYPE ALERTS gauge\n";
    for (std::int64_t s = now_s - 86'400; s < now_s - 86'400 + 600; s += 60)
      page << fmt::format(
          "ALERTS{{alertname=\"LongQueue\",alertstate=\"firing\",job=\"web\",severity=\"page\"}} 1 {}\n", s);
    page << "# EOF\n";
    page.close();
    std::ofstream(*folder_ + "/prometheus.yml") << "global: {}\n";
    const std::string make =
        fmt::format("cd {0} && promtool tsdb create-blocks-from openmetrics past.om tsdb > /dev/null 2>&1", *folder_);
    ASSERT_EQ(std::system(make.c_str()), 0);
    std::uint16_t port = 0;  // free a moment ago
    {
      Router none;
      port = (*HttpServer::start({.address = "127.0.0.1:0"}, std::move(none)))->port();
    }
    prometheus_ = new Child({"prometheus", "--config.file=" + *folder_ + "/prometheus.yml",
                             "--storage.tsdb.path=" + *folder_ + "/tsdb", "--storage.tsdb.retention.time=60d",
                             fmt::format("--web.listen-address=127.0.0.1:{}", port)});
    url_ = new std::string(fmt::format("http://127.0.0.1:{}", port));
    for (int i = 0; i < 300; ++i) {
      const auto ready = call_http({"GET", *url_ + "/-/ready"});
      if (ready.ok() && ready->status == 200) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    FAIL() << "Prometheus does not start";
  }
  static void TearDownTestSuite() {
    delete prometheus_;
    if (folder_) std::filesystem::remove_all(*folder_);
  }
  void SetUp() override {
    if (!prometheus_) GTEST_SKIP() << "no prometheus and promtool: apt-get install prometheus";
  }

  static Settings settings(const std::string& name) {
    Settings settings;
    settings.data_dir = *folder_ + "/" + name;
    settings.engine.routes.push_back({{"*"}, {"nobody"}, "", ""});
    return settings;
  }
  static BackfillRequest request() {
    BackfillRequest request;
    request.source.url = *url_;
    request.selectors = {"{job=\"web\"}", "hits_total"};
    request.start = end_ - days(kDays);
    request.end = end_;
    return request;
  }
  struct Kept {
    std::string journal;  // every input, byte for byte
    std::string effects;
    std::uint64_t samples = 0, ticks = 0, alerts = 0, deliveries = 0;
    std::string last_window;
  };
  static Kept read(const std::string& name) {
    const auto journal = *Journal::open(*folder_ + "/" + name + "/journal", {.opening = JournalOpening::read_only});
    Kept kept;
    EXPECT_TRUE(journal
                    ->for_each(1,
                               [&](const JournalEntry& entry) {
                                 EXPECT_EQ(entry.fault, RecordFault::none);
                                 kept.journal += fmt::format("{} {} {}\n", entry.sequence, entry.time.ns, entry.bytes);
                                 const Input input = *read_input(entry);
                                 kept.ticks += std::holds_alternative<Tick>(input.body);
                                 if (const auto* signals = std::get_if<SignalsArrived>(&input.body))
                                   kept.samples += signals->verdict.accepted;
                                 if (const auto* alerts = std::get_if<AlertsArrived>(&input.body))
                                   kept.alerts += alerts->alerts.size();
                                 const auto effects = journal->effects_of(entry.sequence);
                                 for (const std::string& effect : *effects) {
                                   kept.effects += effect + "\n";
                                   kept.deliveries += effect.find("\"deliver\"") != std::string::npos;
                                   if (effect.find("\"metric_points\":0") == std::string::npos &&
                                       effect.find("\"metric_points\"") != std::string::npos)
                                     kept.last_window = effect;
                                 }
                                 return absl::OkStatus();
                               })
                    .ok());
    return kept;
  }

  static inline std::string* folder_ = nullptr;
  static inline std::string* url_ = nullptr;
  static inline Child* prometheus_ = nullptr;
  static inline Timestamp end_;
};

TEST_F(BackfillPeer, PastIsLearntAndNobodyIsTold) {
  const auto done = run_backfill(settings("whole"), request(), [](const BackfillProgress&) { return true; });
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->refused, 0u);
  // The last five minutes of a series are shown again by any query: 2 series, 3 days of minutes, and no more here.
  EXPECT_EQ(done->samples, 2u * kDays * 1440);
  EXPECT_EQ(done->alerts, 2u);
  const Kept kept = read("whole");
  EXPECT_EQ(kept.samples, done->samples);
  EXPECT_EQ(kept.ticks, static_cast<std::uint64_t>(kDays) * 8640);
  EXPECT_EQ(kept.alerts, 2u);
  EXPECT_EQ(kept.deliveries, 0u);
  // The last window with points: both series are in it.
  EXPECT_THAT(kept.last_window, HasSubstr("\"metric_points\":2"));
  const auto again = run_backfill(settings("whole"), request(), [](const BackfillProgress&) { return true; });
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(read("whole").journal, kept.journal);  // nothing is left to do

  // Serve has been here: nothing may come behind it.
  std::filesystem::copy(*folder_ + "/whole", *folder_ + "/served", std::filesystem::copy_options::recursive);
  {
    const auto lived = *Journal::open(*folder_ + "/served/journal");
    const Sequence next = lived->last_sequence() + 1;
    const std::vector<JournalRecord> tick = {
        {next, end_, JournalStream::decisions, encode_input({next, end_, Tick{}})}};
    ASSERT_TRUE(lived->append(tick).ok());
  }
  EXPECT_EQ(run_backfill(settings("served"), request(), {}).status().code(), absl::StatusCode::kFailedPrecondition);

  // Derived again from the journal, byte for byte.
  const auto journal = *Journal::open(*folder_ + "/whole/journal", {.opening = JournalOpening::read_only});
  const auto report = replay(*journal, SnapshotStore(*folder_ + "/whole/snapshots"), DriverSettings{});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->first_difference, "");
}

TEST_F(BackfillPeer, KilledHalfWayItGoesOnToTheSame) {
  const pid_t child = ::fork();
  if (child == 0) {
    run_backfill(settings("killed"), request(),
                 [](const BackfillProgress& progress) {
                   if (progress.done > 0.5) ::_exit(7);  // no goodbye: no snapshot, effects half saved
                   return true;
                 })
        .status()
        .IgnoreError();
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(WEXITSTATUS(status), 7);
  ASSERT_TRUE(run_backfill(settings("killed"), request(), [](const BackfillProgress&) { return true; }).ok());

  const auto stopped = run_backfill(settings("stopped"), request(), [](const BackfillProgress&) { return false; });
  EXPECT_EQ(stopped.status().code(), absl::StatusCode::kCancelled);
  BackfillRequest another = request();
  another.source.url = "http://127.0.0.1:1";
  EXPECT_EQ(run_backfill(settings("stopped"), another, {}).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(run_backfill(settings("stopped"), request(), [](const BackfillProgress&) { return true; }).ok());

  const Kept whole = read("whole"), killed = read("killed"), after_stop = read("stopped");
  EXPECT_TRUE(killed.journal == whole.journal);
  EXPECT_TRUE(killed.effects == whole.effects);
  EXPECT_TRUE(after_stop.journal == whole.journal);
  EXPECT_TRUE(after_stop.effects == whole.effects);
}

TEST_F(BackfillPeer, DataDirectoryWithAPastOfItsOwnIsLeftAlone) {
  std::filesystem::create_directories(*folder_ + "/lived/journal");
  {
    const auto journal = *Journal::open(*folder_ + "/lived/journal");
    ASSERT_TRUE(
        journal
            ->append(std::vector<JournalRecord>{{1, end_, JournalStream::decisions, encode_input({1, end_, Tick{}})}})
            .ok());
  }
  const auto refused = run_backfill(settings("lived"), request(), {});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("engine time never goes back"));
}

TEST_F(BackfillPeer, WhatPrometheusSaysIsPassedOn) {
  BackfillRequest wrong = request();
  wrong.selectors = {"{job="};
  EXPECT_THAT(std::string(run_backfill(settings("wrong"), wrong, {}).status().message()), HasSubstr("parse error"));
  BackfillRequest none = request();
  none.selectors = {"{job=\"nobody\"}"};
  EXPECT_EQ(run_backfill(settings("none"), none, {}).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace nightjar
