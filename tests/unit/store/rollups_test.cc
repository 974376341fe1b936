#include "store/rollups/rollups.h"

#include "base/text.h"
#include "model/effect.h"
#include "store/rollups/rollup_values.h"
#include "tests/unit/store/folder.h"

namespace nightjar {
namespace {

// A round hour, so that windows and five minutes begin together.
Timestamp at(std::int64_t second) { return Timestamp{1'764'000'000'000'000'000} + seconds(second); }

std::unique_ptr<Rollups> open(const std::string& path) {
  auto rollups = Rollups::open(path);
  EXPECT_TRUE(rollups.ok()) << message_of(rollups.status());
  return rollups.ok() ? *std::move(rollups) : nullptr;
}

RequestRollup request(std::string service, std::string operation, std::string version, std::string instance,
                      std::uint64_t requests, std::uint64_t errors, Duration each) {
  RequestRollup rollup{{{std::move(service)}, std::move(operation), std::move(version), {std::move(instance)}}, {}};
  rollup.counts.requests = requests;
  rollup.counts.errors = rollup.counts.own_errors = errors;
  rollup.counts.duration_ns = rollup.counts.self_time_ns = each.ns * static_cast<std::int64_t>(requests);
  rollup.counts.durations.observe(each.ns, requests);
  rollup.counts.self_times.observe(each.ns, requests);
  return rollup;
}

// One window of a small shop: payment has two instances, the second on a newer version that fails.
CloseWindow window(std::int64_t second) {
  CloseWindow close;
  WindowRollups& rollups = close.rollups;
  rollups.window = {at(second), at(second + 10)};
  rollups.requests = {request("gateway", "POST /checkout", "1", "gateway-1", 20, 1, milliseconds(50)),
                      request("payment", "GET /cards", "2.4.0", "payment-1", 10, 0, milliseconds(10)),
                      request("payment", "POST /charge", "2.4.0", "payment-1", 20, 0, milliseconds(20)),
                      request("payment", "POST /charge", "2.4.1", "payment-2", 20, 10, milliseconds(40))};
  DependencyCounts calls{.calls = 20, .errors = 5, .duration_ns = milliseconds(800).ns};
  calls.durations.observe(milliseconds(40).ns, 20);
  rollups.dependencies = {{{{"gateway"}, {"payment"}, DependencyKind::http}, calls},
                          {{{"payment"}, {"postgresql shop"}, DependencyKind::database}, calls}};
  rollups.statements = {
      {{{"payment"}, "2.4.0", "POST /charge", {"postgresql shop"}, {7}}, {20, 0, 1000, 90, "SELECT ?", "cards"}},
      {{{"payment"}, "2.4.1", "POST /charge", {"postgresql shop"}, {7}}, {20, 0, 1000, 95, "SELECT ?", "cards"}},
      {{{"payment"}, "2.4.1", "POST /charge", {"postgresql shop"}, {8}}, {20, 0, 9000, 99, "SELECT ? + ?", "cards"}}};
  rollups.patterns = {{{{"payment"}, "2.4.1", {"payment-2"}, {5}}, {10, 17, "card <*> refused", "card 1 refused"}}};
  close.judgement.expected = {{{{"payment"}, "", {}, Measure::error_ratio, ""}, 0.2, {0.01, 0, 0.02, 50}},
                              {{{"payment"}, "", {}, Measure::p95, ""}, 40, {20, 15, 25, 50}},
                              {{{"payment"}, "POST /charge", {}, Measure::error_ratio, ""}, 0.25, {0.01, 0, 0.04, 50}}};
  return close;
}

void put(Rollups& rollups, const CloseWindow& close) {
  const absl::Status status = rollups.put(close.rollups, close.judgement);
  ASSERT_TRUE(status.ok()) << message_of(status);
}

TEST(RollupValues, ComeBackTheSame) {
  const CloseWindow close = window(0);
  std::vector<RequestRollup> requests;
  const std::string bytes = encode_list(std::span<const RequestRollup>(close.rollups.requests.data() + 1, 3));
  ASSERT_TRUE(decode_list(bytes, {"payment"}, requests));
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[2].key, close.rollups.requests[3].key);
  EXPECT_EQ(requests[2].counts.errors, 10u);
  EXPECT_EQ(requests[2].counts.durations, close.rollups.requests[3].counts.durations);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(decode_list(bytes.substr(0, length), {"payment"}, requests)) << length;

  Anomaly anomaly;
  anomaly.series = {{"payment"}, "a", {"b"}, Measure::p95, "c"};
  anomaly.kind = AnomalyKind::creep, anomaly.grade = Grade::strong, anomaly.window = {at(1), at(2)},
  anomaly.onset = at(0);
  anomaly.value = 1.5, anomaly.expected = {1, 2, 3, 4}, anomaly.score = 9, anomaly.open = false, anomaly.text = "slow";
  std::vector<Anomaly> anomalies;
  ASSERT_TRUE(decode_list(encode_list(std::span<const Anomaly>(&anomaly, 1)), {"payment"}, anomalies));
  EXPECT_EQ(anomalies.at(0).series, anomaly.series);
  EXPECT_EQ(anomalies.at(0).kind, AnomalyKind::creep);
  EXPECT_EQ(anomalies.at(0).onset, at(0));
  EXPECT_FALSE(anomalies.at(0).open);
  EXPECT_EQ(anomalies.at(0).text, "slow");
}

TEST(Rollups, WhatServicesDid) {
  Folder folder;
  {
    auto rollups = open(folder / "rollups");
    for (int i = 0; i < 6; ++i) put(*rollups, window(i * 10));
    put(*rollups, window(50));  // again: replaces
    CloseWindow quiet;
    quiet.rollups.window = {at(60), at(70)};
    put(*rollups, quiet);
  }
  auto rollups = open(folder / "rollups");
  EXPECT_EQ(rollups->last_window_end(), at(70));
  const auto services = rollups->services({at(0), at(70)}).value();
  ASSERT_EQ(services.size(), 2u);
  const ServiceActivity& payment = services.at({"payment"});
  EXPECT_EQ(payment.counts.requests, 300u);
  EXPECT_EQ(payment.counts.errors, 60u);
  EXPECT_EQ(payment.last_seen, at(60));
  EXPECT_EQ(payment.instances.at({"payment-2"}).version, "2.4.1");
  EXPECT_EQ(payment.instances.at({"payment-2"}).counts.requests, 120u);
  EXPECT_TRUE(payment.operations.empty());
  const ServiceActivity alone = rollups->service({"payment"}, {at(0), at(70)}).value();
  EXPECT_EQ(alone.counts.requests, 300u);
  EXPECT_EQ(alone.counts.durations, payment.counts.durations);
  EXPECT_EQ(alone.operations.at("GET /cards").requests, 60u);
  EXPECT_EQ(alone.operations.at("GET /cards").durations.count(), 60u);
  EXPECT_EQ(alone.instances.at({"payment-2"}).counts.durations.count(), 120u);
  EXPECT_EQ(payment.versions.at("2.4.1").errors, 60u);
  EXPECT_EQ(rollups->observed({at(0), at(70)}).value(), seconds(70));
  EXPECT_EQ(rollups->total({"payment"}, {at(0), at(30)})->requests, 150u);
  EXPECT_EQ(rollups->services({at(60), at(70)})->at({"payment"}).counts.requests, 0u) << "known, but quiet";
  EXPECT_EQ(rollups->service({"nobody"}, {at(0), at(70)}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(rollups->damaged(), 0u);
}

TEST(Rollups, DependenciesStatementsPatterns) {
  Folder folder;
  auto rollups = open(folder / "rollups");
  for (int i = 0; i < 3; ++i) put(*rollups, window(i * 10));
  const TimeRange all{at(0), at(30)};
  EXPECT_EQ(rollups->dependencies(all)->size(), 2u);
  EXPECT_EQ(rollups->dependencies_of({"gateway"}, all)->size(), 1u);
  EXPECT_EQ(rollups->dependencies_of({"postgresql shop"}, all)->begin()->second.calls, 60u);

  const auto statements = rollups->statements({"payment"}, all).value();
  ASSERT_EQ(statements.size(), 2u);
  EXPECT_EQ(statements[0].statement.value, 8u) << "the most time first";
  EXPECT_EQ(statements[0].counts.text, "SELECT ? + ?");
  EXPECT_EQ(statements[0].first_version, "2.4.1");
  EXPECT_EQ(statements[1].counts.calls, 120u) << "versions together";
  EXPECT_EQ(statements[1].counts.longest_ns, 95);
  EXPECT_EQ(statements[1].first_version, "2.4.0");
  EXPECT_EQ(statements[1].first_seen, at(0));

  const auto patterns = rollups->patterns({"payment"}, all).value();
  ASSERT_EQ(patterns.size(), 1u);
  EXPECT_EQ(patterns[0].counts.lines, 30u);
  EXPECT_EQ(patterns[0].counts.text, "card <*> refused");
  EXPECT_EQ(patterns[0].counts.severity, 17);
}

TEST(Rollups, ChartsHaveNoGapsAndDoNotInventValues) {
  Folder folder;
  auto rollups = open(folder / "rollups");
  put(*rollups, window(0));
  CloseWindow quiet;
  quiet.rollups.window = {at(10), at(20)};
  put(*rollups, quiet);
  put(*rollups, window(30));  // 20..30 was never closed
  ChartQuery query{.service = {"payment"}, .measure = ChartMeasure::requests, .range = {at(0), at(600)}};
  Chart chart = rollups->chart(query).value();
  EXPECT_EQ(chart.step, seconds(10));
  ASSERT_EQ(chart.points.size(), 4u) << "not into the future";
  EXPECT_EQ(chart.points[0].value, 5.0);
  EXPECT_EQ(chart.points[1].value, 0.0) << "watched, and nothing came";
  EXPECT_EQ(chart.points[2].value, std::nullopt) << "nobody watched";
  EXPECT_EQ(chart.points[3].at, at(30));
  EXPECT_TRUE(chart.expected.empty()) << "nothing learnt about it here";

  query.measure = ChartMeasure::error_ratio;
  chart = rollups->chart(query).value();
  EXPECT_EQ(chart.points[0].value, 0.2);
  EXPECT_EQ(chart.points[1].value, std::nullopt);
  ASSERT_EQ(chart.expected.size(), 2u);
  EXPECT_EQ(chart.expected[1].at, at(30));
  EXPECT_EQ(chart.expected[0].high, 0.02);

  query.version = "2.4.1";
  EXPECT_EQ(rollups->chart(query)->points[0].value, 0.5);
  EXPECT_TRUE(rollups->chart(query)->expected.empty()) << "nothing is learnt per version";
  query.version = "", query.operation = "POST /charge";
  EXPECT_EQ(rollups->chart(query)->points[0].value, 0.25);
  EXPECT_EQ(rollups->chart(query)->expected.at(0).high, 0.04);
  query.operation = "", query.instance = {"payment-1"}, query.measure = ChartMeasure::p95_ms;
  EXPECT_NEAR(*rollups->chart(query)->points[0].value, 20, 20.0 / 16);
  query.range = {at(1000), at(2000)};
  EXPECT_TRUE(rollups->chart(query)->points.empty());
  constexpr std::int64_t kFar = 9'223'372'036'854'775'807;
  query.range = {{-kFar}, {kFar}};
  EXPECT_LE(rollups->chart(query)->points.size(), 3'000u);
  EXPECT_EQ(rollups->total({"payment"}, query.range)->requests, 100u);
}

// The coarse tier must say the same as the fine one, and take over where that has forgotten.
TEST(Rollups, FiveMinutesAddUp) {
  Folder folder;
  auto rollups = open(folder / "rollups");
  for (int i = 0; i < 75; ++i) put(*rollups, window(i * 10));  // 12 min 30 s: two whole buckets and a half
  const TimeRange all{at(0), at(750)};
  const ChartQuery fine{.service = {"payment"}, .measure = ChartMeasure::requests, .range = all};
  ChartQuery coarse = fine;
  coarse.max_points = 3;
  const Chart before = rollups->chart(coarse).value();
  EXPECT_EQ(before.step, kCoarse);
  ASSERT_EQ(before.points.size(), 3u);
  for (const ChartPoint& point : before.points) EXPECT_EQ(point.value, 5.0);
  EXPECT_EQ(rollups->chart(fine)->points.size(), 75u);

  ASSERT_TRUE(rollups->drop_old({.fine = seconds(50), .coarse = days(1)}, at(750)).ok());
  EXPECT_EQ(rollups->total({"payment"}, all)->requests, 600u * 5 + 50u * 5) << "650..700 fell between";
  EXPECT_EQ(rollups->services(all)->at({"payment"}).counts.requests, 3250u);
  EXPECT_EQ(rollups->services(all)->at({"payment"}).instances.at({"payment-2"}).version, "2.4.1");
  EXPECT_EQ(rollups->statements({"payment"}, all)->at(1).counts.calls, 65u * 40);
  EXPECT_EQ(rollups->dependencies(all)->size(), 2u);
  EXPECT_EQ(rollups->patterns({"payment"}, all)->at(0).counts.lines, 650u);
  ChartQuery ratio = coarse;
  ratio.measure = ChartMeasure::error_ratio;
  ASSERT_EQ(rollups->chart(ratio)->expected.size(), 3u);
  EXPECT_NEAR(rollups->chart(ratio)->expected[0].high, 0.02, 1e-12);

  ASSERT_TRUE(rollups->drop_old({.fine = seconds(0), .coarse = seconds(0)}, at(10'000)).ok());
  EXPECT_TRUE(rollups->services(all)->empty());
}

TEST(Rollups, AddingUpGoesOnAfterADayAway) {
  Folder folder;
  {
    auto rollups = open(folder / "rollups");
    for (int i = 0; i < 35; ++i) put(*rollups, window(i * 10));
  }
  auto rollups = open(folder / "rollups");
  put(*rollups, window(86'400));
  const ChartQuery query{.service = {"payment"}, .range = {at(0), at(86'700)}, .max_points = 400};
  const Chart chart = rollups->chart(query).value();
  EXPECT_EQ(chart.step, kCoarse);
  EXPECT_EQ(chart.points[0].value, 5.0);
  EXPECT_EQ(chart.points[1].value, 5.0);
  EXPECT_EQ(chart.points[2].value, std::nullopt);
  EXPECT_EQ(chart.points.back().value, 5.0);
}

TEST(Rollups, NewestOfWhatIsSaid) {
  Folder folder;
  auto rollups = open(folder / "rollups");
  CloseWindow close = window(0);
  Forecast disk;
  disk.series = {{"database"}, "", {}, Measure::metric, "disk_free"};
  disk.made_at = at(0), disk.eta = at(9000), disk.text = "full in 2 h 30 min";
  Forecast leak = disk;
  leak.series.name = "memory", leak.eta = at(5000);
  close.judgement.forecasts = {disk, leak};
  close.judgement.slos = {{"checkout", {"gateway"}, 0.995, 0.7, 1.5, SloState::burning}};
  close.judgement.data_quality = {{{"payment"}, 0.9, {"3 % of spans have no parent"}}};
  Anomaly anomaly;
  anomaly.series = {{"payment"}, "", {}, Measure::error_ratio, ""};
  anomaly.text = "error ratio 0.2";
  close.judgement.anomalies = {anomaly};
  put(*rollups, close);
  CloseWindow later = window(10);
  disk.made_at = at(10), disk.eta = at(8000);
  later.judgement.forecasts = {disk};
  later.judgement.slos = {{"checkout", {"gateway"}, 0.995, 0.6, 2, SloState::burning}};
  put(*rollups, later);

  const auto forecasts = rollups->forecasts(at(0)).value();
  ASSERT_EQ(forecasts.size(), 2u);
  EXPECT_EQ(forecasts[0].series.name, "memory") << "soonest first";
  EXPECT_EQ(forecasts[1].eta, at(8000)) << "the newest of its series";
  EXPECT_EQ(rollups->forecasts(at(5))->size(), 1u);
  EXPECT_EQ(rollups->slos()->at(0).budget_left, 0.6);
  EXPECT_EQ(rollups->data_quality()->at({"payment"}).findings.size(), 1u);
  EXPECT_EQ(rollups->anomalies({"payment"}, {at(0), at(10)})->at(0).text, "error ratio 0.2");
  EXPECT_TRUE(rollups->anomalies({"payment"}, {at(10), at(20)})->empty());
  EXPECT_EQ(rollups->expected_now({"payment"})->at(Measure::p95).high, 25);
  EXPECT_TRUE(rollups->expected_now({"cart"})->empty());
}

TEST(Rollups, NamesThatAreBeginningsOfOthers) {
  Folder folder;
  auto rollups = open(folder / "rollups");
  CloseWindow close;
  close.rollups.window = {at(0), at(10)};
  close.rollups.requests = {request("", "a", "", "", 1, 0, seconds(1)), request("shop", "a", "", "", 2, 0, seconds(1)),
                            request("shop-a", "a", "", "", 3, 0, seconds(1))};
  put(*rollups, close);
  const auto services = rollups->services({at(0), at(10)}).value();
  ASSERT_EQ(services.size(), 3u);
  EXPECT_EQ(services.at({"shop"}).counts.requests, 2u);
  EXPECT_EQ(services.at({""}).counts.requests, 1u);
}

}  // namespace
}  // namespace nightjar
