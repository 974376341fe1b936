#include "engine/observe/split.h"
#include "engine/world/archive.h"
#include "tests/unit/observe/story.h"

namespace nightjar {
namespace {

using namespace story;

// Two minutes of a small shop, 40 traces a second: calls through three services, a database, a queue, refused calls,
// a service that dies half way, lines, exceptions, counters, latecomers, repeats. Everything from one seed.
std::vector<std::pair<Timestamp, std::vector<Signals>>> traffic(std::uint64_t seed) {
  Pcg32 random(seed);
  std::vector<std::pair<Timestamp, std::vector<Signals>>> bodies;
  std::uint64_t trace = 0;
  for (int tick = 0; tick < 480; ++tick) {
    const std::int64_t now = tick * 250;
    std::vector<Signals> batch;
    for (int i = 0; i < 10; ++i) {
      ++trace;
      const std::int64_t begin = now - static_cast<std::int64_t>(random.below(tick % 50 == 0 ? 40'000 : 4'000));
      const bool dead = tick > 240 && random.below(2) == 0;
      const bool failed = random.below(20) == 0;
      const std::string version = tick > 200 ? "2" : "1";
      batch.push_back(spans(
          resource("gateway", "1", "g" + std::to_string(random.below(2))),
          {span(trace, 1, 0, SpanKind::server, begin, begin + 100, "GET /x/" + std::to_string(random.below(5000)),
                random.below(3) == 0 ? Attributes{}
                                     : Attributes{{"http.method", "GET"},
                                                  {"http.route", "/r" + std::to_string(random.below(3000))},
                                                  {"http.status_code", failed ? "500" : "200"}}),
           span(trace, 2, 1, SpanKind::client, begin + 5, begin + 90, "GET",
                {{"http.url", "http://10.0.0.1:" + std::to_string(8000 + random.below(3)) + "/"}}, failed || dead)}));
      if (!dead) {
        Span served =
            span(trace, 3, 2, SpanKind::server, begin + 8, begin + 80, "GET",
                 {{"http.method", "GET"}, {"http.route", "/o"}, {"http.status_code", failed ? "500" : "200"}});
        if (failed)
          served.exception_type = "KeyError", served.exception_message = "order " + std::to_string(random.below(1000));
        batch.push_back(
            spans(resource("orders", version, "o" + std::to_string(random.below(3))),
                  {served, span(trace, 4, 3, SpanKind::client, begin + 10, begin + 10 + random.below(50), "SELECT",
                                {{"db.system", "postgresql"},
                                 {"db.name", "shop"},
                                 {"db.statement", "SELECT c" + std::to_string(random.below(40)) +
                                                      " FROM t WHERE a = " + std::to_string(random())}})}));
        if (random.below(30) == 0) batch.push_back(batch.back());
      }
      if (random.below(4) == 0)
        batch.push_back(
            spans(resource("mailer"), {span(trace, 9, 77, SpanKind::consumer, begin, begin + 3, "mail",
                                            {{"messaging.system", "kafka"}, {"messaging.destination.name", "mail"}})}));
    }
    for (int s = 0; s < 4; ++s) {
      Signals said = lines(resource("svc" + std::to_string(s)), {}, now);
      for (int i = 0; i < 3; ++i) {
        LogRecord record;
        record.time = at_ms(now - random.below(3000));
        record.severity = random.below(10) == 0 ? 17 : 9;
        record.body = fmt::format("user u{} did {} on {}", static_cast<char>('a' + random.below(26)), random.below(100),
                                  random.below(2) ? "disk" : "net");
        said.logs.push_back(record);
      }
      for (int m = 0; m < 5; ++m) {
        // Levels with a limit are what lanes tell each other.
        said.metrics.push_back(metric_point(said.resource, fmt::format("metric_{}_used_bytes", m),
                                            m == 0 ? MetricKind::counter : MetricKind::gauge,
                                            m == 0 ? tick * 3.5 : random.below(1000) * 0.37, at_ms(now)));
      }
      batch.push_back(said);
    }
    bodies.emplace_back(at_ms(now), std::move(batch));
  }
  return bodies;
}

// `restart_every`: so many bodies apart everything is written down, thrown away and restored; 0: never.
std::string run(std::size_t lanes, std::uint64_t seed, std::size_t restart_every = 0) {
  std::vector<std::unique_ptr<Observer>> observers;
  for (std::size_t i = 0; i < lanes; ++i) observers.push_back(std::make_unique<Observer>(ObserveSettings{}));
  AddressBook book;
  std::string out;
  const auto tick = [&](Timestamp t) {
    std::vector<std::vector<WindowRollups>> closed;
    for (auto& observer : observers) closed.push_back(observer->close_windows(t));
    for (const WindowRollups& window : merge_lanes(closed, book)) out += print(window);
  };
  std::size_t body = 0;
  for (const auto& [time, batch] : traffic(seed)) {
    const auto dealt = split(batch, lanes);
    for (std::size_t i = 0; i < lanes; ++i)
      for (const Signals& signals : dealt[i]) observers[i]->observe(signals, time);
    if (restart_every != 0 && ++body % restart_every == 0) {
      for (auto& observer : observers) {
        const std::string bytes = archived(*observer);
        observer = std::make_unique<Observer>(ObserveSettings{});
        EXPECT_TRUE(unarchive(bytes, *observer));
        EXPECT_TRUE(archived(*observer) == bytes) << "equal states, equal bytes";
      }
      const std::string bytes = archived(book);
      book = AddressBook();
      EXPECT_TRUE(unarchive(bytes, book));
    }
    if ((time - kBegin).ns % seconds(1).ns == 0) tick(time);
  }
  tick(at_ms(200'000));
  return out;
}

TEST(Lanes, OneTwoAndFiveSayTheSame) {
  for (std::uint64_t seed : {1u, 2u, 3u}) {
    const std::string one = run(1, seed);
    ASSERT_GT(one.size(), 100'000u);
    EXPECT_NE(one.find("(other)"), std::string::npos) << "the traffic must go over a cap to prove anything";
    EXPECT_NE(one.find("gateway->orders kind=0"), std::string::npos);
    EXPECT_EQ(one.find("external"), std::string::npos) << "the dead service keeps its name";
    for (const std::size_t lanes : {2u, 5u}) {
      const std::string many = run(lanes, seed);
      if (one == many) continue;
      const std::size_t at =
          static_cast<std::size_t>(std::mismatch(one.begin(), one.end(), many.begin(), many.end()).first - one.begin());
      const std::size_t from = one.rfind('\n', at) + 1;
      FAIL() << lanes << " lanes, seed " << seed << "\n one: " << one.substr(from, 300)
             << "\nmany: " << many.substr(from, 300);
    }
    EXPECT_EQ(run(1, seed), one);
  }
}

TEST(Lanes, ARestartInTheMiddleDoesNotShow) {
  const std::string undisturbed = run(2, 6);
  EXPECT_TRUE(run(2, 6, 7) == undisturbed);
  EXPECT_TRUE(run(2, 6, 101) == undisturbed);
}

TEST(Lanes, ACutStateIsNoticed) {
  Observer observer({});
  for (const auto& [time, batch] : traffic(5))
    for (const Signals& signals : batch) observer.observe(signals, time);
  const std::string bytes = archived(observer);
  ASSERT_GT(bytes.size(), 10'000u);
  Pcg32 random(3);
  for (int i = 0; i < 100; ++i) {
    Observer other({});
    EXPECT_FALSE(unarchive(bytes.substr(0, random.below(static_cast<std::uint32_t>(bytes.size()))), other));
  }
}

TEST(Lanes, MergeDoesNotSeeTheOrderOfItsParts) {
  std::vector<std::unique_ptr<Observer>> observers;
  for (int i = 0; i < 3; ++i) observers.push_back(std::make_unique<Observer>(ObserveSettings{}));
  for (const auto& [time, batch] : traffic(4)) {
    const auto dealt = split(batch, 3);
    for (std::size_t i = 0; i < 3; ++i)
      for (const Signals& signals : dealt[i]) observers[i]->observe(signals, time);
  }
  std::vector<std::vector<WindowRollups>> closed;
  for (auto& observer : observers) closed.push_back(observer->close_windows(at_ms(200'000)));
  std::string first;
  std::vector<std::size_t> order{0, 1, 2};
  do {
    AddressBook book;
    std::string out;
    for (const auto& window : merge_lanes(std::vector{closed[order[0]], closed[order[1]], closed[order[2]]}, book))
      out += print(window);
    if (first.empty()) first = out;
    EXPECT_EQ(out, first);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Lanes, EmptyWindowsAreGivenOnceThereWasData) {
  Observer observer({});
  EXPECT_TRUE(observer.close_windows(at_ms(1'000'000)).empty());
  observer.observe(lines(resource("s"), {"a"}, 1'005'000), at_ms(1'005'000));
  EXPECT_TRUE(observer.close_windows(at_ms(1'019'999)).empty());
  auto windows = observer.close_windows(at_ms(1'020'000));
  ASSERT_EQ(windows.size(), 1u);
  EXPECT_EQ(windows[0].window.start, at_ms(1'000'000));
  windows = observer.close_windows(at_ms(1'055'000));
  ASSERT_EQ(windows.size(), 3u);
  EXPECT_TRUE(windows[2].patterns.empty());
  // After two years of nothing a day's worth is given, not six million.
  EXPECT_EQ(observer.close_windows(at_ms(1'055'000) + days(730)).size(), 8'640u);
}

TEST(Lanes, SplitKeepsEverythingAndOneTraceTogether) {
  std::vector<Signals> all;
  for (const auto& [time, batch] : traffic(9)) all.insert(all.end(), batch.begin(), batch.end());
  const auto count = [](const std::vector<Signals>& list) {
    std::size_t n = 0;
    for (const Signals& s : list) n += s.spans.size() + s.logs.size() + s.metrics.size();
    return n;
  };
  const std::size_t before = count(all);
  const auto dealt = split(std::move(all), 5);
  std::size_t after = 0;
  std::map<TraceIdBytes, std::size_t> home;
  std::map<std::string, std::size_t> home_of_service;
  for (std::size_t lane = 0; lane < 5; ++lane) {
    after += count(dealt[lane]);
    EXPECT_GT(count(dealt[lane]), before / 10);
    for (const Signals& s : dealt[lane]) {
      for (const Span& x : s.spans) EXPECT_EQ(home.emplace(x.trace_id, lane).first->second, lane);
      if (s.logs.empty()) continue;
      EXPECT_EQ(home_of_service.emplace(s.resource.service.value, lane).first->second, lane);
    }
  }
  EXPECT_EQ(before, after);
}

}  // namespace
}  // namespace nightjar
