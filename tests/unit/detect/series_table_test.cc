// A lane's whole judgement on a small shop: what is said, that the number of lanes does not matter, and that a restart
// in the middle changes nothing.
#include "engine/series/series_table.h"

#include <gtest/gtest.h>

#include "engine/world/archive.h"
#include "model/words.h"
#include "tests/unit/statistics/pcg32.h"

namespace nightjar {
namespace {

constexpr std::int64_t kStart = 20'000LL * 86'400;

// Three services; payment has two instances. `Trouble` changes a window before it is made.
struct Trouble {
  double payment_errors = 0.002;
  double payment_ms = 40;
  bool payment_2_gone = false, all_gone = false, cart_gone = false, payment_3_joins = false;
  std::uint64_t new_error_lines = 0;
  double disk_used = 100;
};

class Shop {
 public:
  explicit Shop(std::uint64_t seed) : random_(seed) {}
  WindowRollups window(int number, const Trouble& trouble) {
    WindowRollups rollups;
    rollups.window = {Timestamp{} + seconds(kStart + number * 10), Timestamp{} + seconds(kStart + number * 10 + 10)};
    if (trouble.all_gone) return rollups;
    if (!trouble.cart_gone) serve(rollups, "cart", "GET /cart", "cart-1", 60, 0.002, 12);
    serve(rollups, "gateway", "POST /checkout", "gateway-1", 80, 0.002, 70);
    serve(rollups, "payment", "POST /charge", "payment-1", 40, trouble.payment_errors, trouble.payment_ms);
    if (!trouble.payment_2_gone)
      serve(rollups, "payment", "POST /charge", "payment-2", 40, trouble.payment_errors, trouble.payment_ms);
    if (trouble.payment_3_joins) serve(rollups, "payment", "POST /charge", "payment-3", 40, 0.002, 40);
    if (trouble.new_error_lines > 0) {
      PatternRollup pattern;
      pattern.key = {{"payment"}, "2.4.1", {"payment-1"}, {77}};
      pattern.counts.lines = trouble.new_error_lines;
      pattern.counts.severity = 17;
      pattern.counts.text = "connection pool exhausted after <*> ms";
      rollups.patterns.push_back(pattern);
    }
    gauge(rollups, 1, "shop_volume_size_bytes", 1000);
    gauge(rollups, 2, "shop_volume_used_bytes", trouble.disk_used);
    return rollups;
  }

 private:
  void serve(WindowRollups& rollups, const std::string& service, const std::string& operation,
             const std::string& instance, double requests, double errors, double ms) {
    RequestRollup rollup;
    rollup.key = {{service}, operation, "1.0", {instance}};
    rollup.counts.requests = random_.poisson(requests);
    rollup.counts.errors = random_.binomial(rollup.counts.requests, errors);
    for (std::uint64_t i = 0; i < rollup.counts.requests; ++i) {
      const auto ns = static_cast<std::int64_t>(ms * 1e6 * std::exp(0.3 * random_.normal()));
      rollup.counts.durations.observe(ns);
      rollup.counts.duration_ns += ns;
      rollup.counts.self_time_ns += ns / 2;
    }
    rollups.requests.push_back(std::move(rollup));
  }
  void gauge(WindowRollups& rollups, std::uint64_t series, const std::string& name, double value) {
    MetricRollup rollup;
    rollup.key.series = {series};
    rollup.counts.service = {"catalog"};
    rollup.counts.name = name;
    rollup.counts.points = 2;
    rollup.counts.sum = 2 * value;
    rollup.counts.last = value;
    rollups.metrics.push_back(std::move(rollup));
  }
  Pcg32 random_;
};

// Everything a judgement says, as text that can be compared.
std::string said(const WindowJudgement& judgement) {
  std::string text;
  const auto name = [](const SeriesKey& key) {
    return fmt::format("{}|{}|{}|{}|{}", key.service.value, key.operation, key.instance.value, word(key.measure),
                       key.name);
  };
  for (const ExpectedValue& e : judgement.expected)
    text += fmt::format("e {} {} {} {} {} {}\n", name(e.series), e.value, e.expected.centre, e.expected.low,
                        e.expected.high, e.expected.points);
  for (const Anomaly& a : judgement.anomalies)
    text += fmt::format("a {} {} {} {} {} {} {} {}\n", name(a.series), word(a.kind), word(a.grade), a.window.start.ns,
                        a.onset.ns, a.score, a.open, a.text);
  for (const Forecast& f : judgement.forecasts) text += fmt::format("f {} {} {}\n", name(f.series), f.eta.ns, f.text);
  return text;
}

// Separate anomalies of a kind on a measure, by service and instance.
struct Seen {
  std::map<std::string, Anomaly> last;
  std::size_t open() const {
    return static_cast<std::size_t>(
        std::count_if(last.begin(), last.end(), [](const auto& a) { return a.second.open; }));
  }
  void take(const WindowJudgement& judgement) {
    for (const Anomaly& a : judgement.anomalies)
      last[fmt::format("{} {} {} {} {}", a.series.service.value, a.series.operation, a.series.instance.value,
                       word(a.series.measure), word(a.kind))] = a;
  }
  bool has(const std::string& key) const { return last.contains(key); }
};

TEST(SeriesTable, AQuietHourSaysNothing) {
  Shop shop(1);
  SeriesTable table;
  for (int i = 0; i < 360; ++i) {
    const WindowJudgement judgement = table.judge(shop.window(i, {}));
    ASSERT_TRUE(judgement.anomalies.empty()) << i << ": " << judgement.anomalies[0].text;
    ASSERT_TRUE(judgement.forecasts.empty());
    EXPECT_TRUE(std::is_sorted(judgement.expected.begin(), judgement.expected.end(),
                               [](const auto& a, const auto& b) { return a.series < b.series; }));
  }
}

TEST(SeriesTable, FailingPaymentIsSaidOfPaymentOnly) {
  Shop shop(2);
  SeriesTable table;
  Seen seen;
  for (int i = 0; i < 60; ++i) seen.take(table.judge(shop.window(i, {})));
  ASSERT_TRUE(seen.last.empty());
  int first = -1;
  for (int i = 60; i < 90; ++i) {
    seen.take(table.judge(shop.window(i, {.payment_errors = 0.2, .new_error_lines = 8})));
    if (first < 0 && seen.has("payment   error_ratio spike")) first = i;
  }
  EXPECT_LE(first, 62);
  EXPECT_TRUE(seen.has("payment POST /charge  error_ratio spike"));
  EXPECT_TRUE(seen.has("payment   log_lines new_pattern"));
  for (const auto& [key, anomaly] : seen.last) EXPECT_EQ(anomaly.series.service.value, "payment") << key;
  const Anomaly& errors = seen.last.at("payment   error_ratio spike");
  EXPECT_EQ(errors.grade, Grade::strong);
  EXPECT_NEAR(static_cast<double>(errors.onset.ns / 1'000'000'000 - kStart), 600, 20);
  for (int i = 90; i < 120; ++i) seen.take(table.judge(shop.window(i, {})));
  EXPECT_EQ(seen.open(), 0u);
}

TEST(SeriesTable, ADeadInstanceIsSilentAReplacedOneIsNot) {
  Shop shop(3);
  SeriesTable table;
  Seen seen;
  for (int i = 0; i < 60; ++i) seen.take(table.judge(shop.window(i, {})));
  for (int i = 60; i < 70; ++i) seen.take(table.judge(shop.window(i, {.payment_2_gone = true})));
  ASSERT_TRUE(seen.has("payment  payment-2 requests silence"));
  EXPECT_EQ(seen.last.size(), 1u);

  Shop other(3);
  SeriesTable rolling;
  Seen quiet;
  for (int i = 0; i < 60; ++i) quiet.take(rolling.judge(other.window(i, {})));
  for (int i = 60; i < 90; ++i)
    quiet.take(rolling.judge(other.window(i, {.payment_2_gone = true, .payment_3_joins = i > 61})));
  EXPECT_TRUE(quiet.last.empty()) << quiet.last.begin()->second.text;
}

TEST(SeriesTable, ASilentServiceIsOneSilenceAndABrokenRoadIsOne) {
  Shop shop(4);
  SeriesTable table;
  Seen seen;
  for (int i = 0; i < 60; ++i) seen.take(table.judge(shop.window(i, {})));
  for (int i = 60; i < 68; ++i) seen.take(table.judge(shop.window(i, {.cart_gone = true})));
  EXPECT_TRUE(seen.has("cart   requests silence"));
  EXPECT_FALSE(seen.has("cart  cart-1 requests silence"));

  Shop other(4);
  SeriesTable nothing;
  Seen all;
  for (int i = 0; i < 60; ++i) all.take(nothing.judge(other.window(i, {})));
  for (int i = 60; i < 68; ++i) all.take(nothing.judge(other.window(i, {.all_gone = true})));
  ASSERT_EQ(all.last.size(), 1u);
  EXPECT_TRUE(all.has("   requests silence"));
  all.take(nothing.judge(other.window(68, {})));
  EXPECT_EQ(all.open(), 0u);
}

TEST(SeriesTable, SlowPaymentIsSeenOnceTwentyMinutesAreKnown) {
  Shop shop(5);
  SeriesTable table;
  Seen seen;
  for (int i = 0; i < 180; ++i) seen.take(table.judge(shop.window(i, {})));
  ASSERT_TRUE(seen.last.empty()) << seen.last.begin()->second.text;
  for (int i = 180; i < 190; ++i) seen.take(table.judge(shop.window(i, {.payment_ms = 400})));
  EXPECT_TRUE(seen.has("payment   p95 spike"));
  EXPECT_TRUE(seen.has("payment   self_time spike"));
  EXPECT_FALSE(seen.has("cart   p95 spike"));
}

TEST(SeriesTable, AFillingDiskIsForecast) {
  Shop shop(6);
  SeriesTable table;
  WindowJudgement judgement;
  for (int i = 0; i < 60; ++i) judgement = table.judge(shop.window(i, {.disk_used = 100 + 2.0 * i}));
  ASSERT_EQ(judgement.forecasts.size(), 1u);
  const Forecast& forecast = judgement.forecasts[0];
  EXPECT_EQ(forecast.series.name, "shop_volume_used_bytes");
  // 782 left at 0.2 a second.
  EXPECT_NEAR((forecast.eta - forecast.made_at).seconds(), 3910, 60);
  EXPECT_LE(forecast.eta_low, forecast.eta);
  EXPECT_GE(forecast.eta_high, forecast.eta);
}

std::vector<std::string> a_night(std::size_t lanes, int restart_at) {
  Shop shop(7);
  std::vector<SeriesTable> tables;
  for (std::size_t lane = 0; lane < lanes; ++lane)
    tables.emplace_back(SeriesTableSettings{.lane = lane, .lanes = lanes});
  std::vector<std::string> told;
  for (int i = 0; i < 240; ++i) {
    if (i == restart_at) {
      std::vector<SeriesTable> restarted;
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        restarted.emplace_back(SeriesTableSettings{.lane = lane, .lanes = lanes});
        EXPECT_TRUE(unarchive(archived(tables[lane]), restarted.back()));
      }
      tables = std::move(restarted);
    }
    Trouble trouble;
    if (i > 130 && i < 160) trouble = {.payment_errors = 0.1, .payment_ms = 300, .new_error_lines = 6};
    if (i > 190) trouble.payment_2_gone = true;
    trouble.disk_used = 100 + 3.0 * i;
    const WindowRollups merged = shop.window(i, trouble);
    std::vector<WindowJudgement> of_lanes;
    for (SeriesTable& table : tables) of_lanes.push_back(table.judge(merged));
    told.push_back(said(join_judgements(std::move(of_lanes))));
  }
  return told;
}

TEST(SeriesTable, LanesAndARestartChangeNoWord) {
  const std::vector<std::string> one = a_night(1, -1);
  std::string all;
  for (const std::string& window : one) all += window;
  EXPECT_NE(all.find("\na payment"), std::string::npos);
  EXPECT_NE(all.find("\nf catalog"), std::string::npos);
  EXPECT_EQ(one, a_night(2, -1));
  EXPECT_EQ(one, a_night(5, -1));
  EXPECT_EQ(one, a_night(1, 100));  // before the series settle
  EXPECT_EQ(one, a_night(2, 145));  // while anomalies are open
}

TEST(SeriesTable, ACutStateIsNoticedAndTheBytesAreTheSameEachTime) {
  Shop shop(8);
  SeriesTable table;
  for (int i = 0; i < 130; ++i) table.judge(shop.window(i, {.new_error_lines = i % 7 == 0 ? 1u : 0u}));
  const std::string bytes = archived(table);
  SeriesTable copy;
  ASSERT_TRUE(unarchive(bytes, copy));
  EXPECT_EQ(archived(copy), bytes);
  for (const std::size_t keep : {0ul, 3ul, 30ul, bytes.size() / 2, bytes.size() - 1})
    EXPECT_FALSE(unarchive(std::string_view(bytes).substr(0, keep), copy)) << keep;
  EXPECT_FALSE(unarchive(bytes + "x", copy));
}

TEST(SeriesTable, TooManySeriesAreCountedNotKept) {
  Shop shop(9);
  SeriesTable table({.most_series = 10});
  table.judge(shop.window(0, {}));
  EXPECT_EQ(table.series(), 10u);
  EXPECT_GT(table.refused(), 0u);
}

}  // namespace
}  // namespace nightjar
