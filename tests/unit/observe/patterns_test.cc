#include "engine/observe/log_line.h"
#include "tests/unit/observe/story.h"

namespace nightjar {
namespace {

using namespace story;

std::map<std::string, std::uint64_t> mine(const std::vector<std::string>& bodies, ObserveSettings settings = {}) {
  Observer observer(settings);
  observer.observe(lines(resource("s"), bodies), at_ms(10));
  std::map<std::string, std::uint64_t> patterns;
  for (const auto& window : close(observer, 20'000))
    for (const auto& p : window.patterns) patterns[p.counts.text] += p.counts.lines;
  return patterns;
}

TEST(Patterns, OneLineReadsAs) {
  const std::pair<const char*, const char*> table[] = {
      {"server started", "server started"},
      {"took 125 ms for 3 items", "took <*> for <*> items"},
      {"user 48213 logged in from 10.2.3.4:55123", "user <*> logged in from <*>"},
      {"order 3f2504e0-4f89-11d3-9a0c-0305e82c3301 stored", "order <*> stored"},
      {"GET /products/7?x=1 -> 200 in 1.25s", "GET <*> -> <*> in <*>"},
      {"fetching https://cards.example.com/v1/pay?a=b failed.", "fetching <*> failed."},
      {"mail to jane.doe@example.com bounced", "mail to <*> bounced"},
      {"lock=233570404, flags=0x1, tag=\"View Lock\"", "lock=<*>, flags=<*>, tag=<*>"},
      {"mac 00:1a:2b:3c:4d:5e joined", "mac <*> joined"},
      {"worker-7 idle", "worker-<*> idle"},
      {"ids 1, 2, 3, 4, 5 dropped", "ids <*>, <*> dropped"},
      {"retry= next", "retry=<*> next"},
      {"commit 8c12f09a1b pushed", "commit <*> pushed"},
  };
  for (const auto& [line, pattern] : table) {
    const auto patterns = mine({line});
    ASSERT_EQ(patterns.size(), 1u);
    EXPECT_EQ(patterns.begin()->first, pattern) << line;
  }
}

TEST(Patterns, PackingIsTakenOff) {
  const std::tuple<const char*, const char*, int> table[] = {
      {R"({"level":"warn","msg":"disk is slow","disk":"sda"})", "disk is slow", 13},
      {R"({"ts":1.5,"severity":"ERROR","message":"cannot \"open\"","ctx":{"a":[1,"}"]}})", "cannot \"open\"", 17},
      {R"({"user":"x","path":"/a","n":1})", "{n, path, user}", 0},
      {R"({"broken": )", R"({"broken":)", 0},
      {R"(time=2026-11-24T10:22:31Z level=error msg="disk is slow" disk=sda)", "disk is slow", 17},
      {"2026-11-24 10:22:31,123 ERROR charge failed", "charge failed", 17},
      {"[2026-11-24T10:22:31.123Z] [warn] [main] queue is full", "queue is full", 13},
      {"Nov 24 10:22:31 INFO: ready to serve", "ready to serve", 9},
      {"INFO started", "started", 9},
      {"error opening the door", "error opening the door", 0},
      {"10 items left", "<*> items left", 0},
  };
  for (const auto& [body, pattern, severity] : table) {
    Observer observer({});
    observer.observe(lines(resource("s"), {body}, 0, 0), at_ms(10));
    const auto windows = close(observer, 20'000);
    ASSERT_EQ(windows[0].patterns.size(), 1u);
    EXPECT_EQ(windows[0].patterns[0].counts.text, pattern) << body;
    EXPECT_EQ(windows[0].patterns[0].counts.severity, severity) << body;
  }
}

TEST(Patterns, SeveralLinesAreTheFirstAndTheTopFrames) {
  const auto java =
      mine({"Request 17 failed\njava.lang.IllegalState: x\n\tat a.b.C.run(C.java:17)\n\tat a.b.D.go(D.java:9)\n\tat "
            "e.F(F.java:1)\n\tat g.H(H.java:2)\nCaused by: a.Timeout"});
  ASSERT_EQ(java.size(), 1u);
  EXPECT_EQ(java.begin()->first.substr(0, 18), "Request <*> failed");
  EXPECT_NE(java.begin()->first.find("Caused by: a.Timeout"), std::string::npos);
  EXPECT_EQ(java.begin()->first.find("g.H"), std::string::npos);
  const auto python =
      mine({"POST /pay failed\nTraceback (most recent call last):\n  File \"/app/pay.py\", line 12, in pay\n    "
            "x()\nKeyError: discount"});
  ASSERT_EQ(python.size(), 1u);
  EXPECT_NE(python.begin()->first.find("KeyError: discount"), std::string::npos) << python.begin()->first;
}

TEST(Patterns, FramesThatComeLineByLineAreNoPatterns) {
  const auto patterns =
      mine({"request failed", "java.lang.IllegalState: pool is empty", "\tat a.b.C.run(C.java:17)",
            "\tat a.b.D.go(D.java:9)", "\t... 12 more", "Caused by: a.Timeout", "\tat e.F(F.java:1)", "next request",
            "Traceback (most recent call last):", "  File \"/app/pay.py\", line 12, in pay", "    total(order)",
            "KeyError: discount", "  an indented remark"});
  EXPECT_EQ(patterns.size(), 6u);
  EXPECT_EQ(patterns.count("an indented remark"), 1u);
  EXPECT_EQ(patterns.count("total(order)"), 0u);
}

TEST(Patterns, AWordThatKeepsChangingIsAVariable) {
  std::vector<std::string> bodies;
  for (const char* name : {"alice", "bob", "carol", "dave", "erin", "frank"})
    bodies.push_back(fmt::format("session opened for {} by root", name));
  EXPECT_EQ(mine(bodies), (std::map<std::string, std::uint64_t>{{"session opened for <*> by root", 6}}));
  // Two outcomes are two patterns.
  EXPECT_EQ(mine({"payment accepted by bank", "payment refused by bank"}).size(), 2u);
  // A value and a word in one place are one thing.
  EXPECT_EQ(mine({"cache size is 4096 now", "cache size is unlimited now"}),
            (std::map<std::string, std::uint64_t>{{"cache size is <*> now", 2}}));
  // key=value needs two.
  EXPECT_EQ(mine({"set mode=fast ok", "set mode=slow ok"}),
            (std::map<std::string, std::uint64_t>{{"set mode=<*> ok", 2}}));
}

TEST(Patterns, TwoPlacesThatChangeTogether) {
  std::vector<std::string> bodies;
  const char* names[] = {"alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"};
  for (const char* who : names)
    for (const char* where : names) bodies.push_back(fmt::format("user {} moved to room {} today", who, where));
  EXPECT_EQ(mine(bodies), (std::map<std::string, std::uint64_t>{{"user <*> moved to room <*> today", 64}}));
}

TEST(Patterns, AnIdOutlivesItsPatternsGrowth) {
  Observer observer({});
  const auto one = [&](const std::string& who, std::int64_t ms) {
    observer.observe(lines(resource("s"), {"session opened for " + who + " by root"}, ms), at_ms(ms));
  };
  one("alice", 0);
  auto windows = close(observer, 20'000);
  const PatternId first = windows[0].patterns[0].key.pattern;
  for (const char* who : {"bob", "carol", "dave", "erin", "frank"}) one(who, 25'000);
  one("alice", 26'000);
  windows = close(observer, 40'000);
  ASSERT_EQ(windows[1].patterns.size(), 1u);
  EXPECT_EQ(windows[1].patterns[0].key.pattern, first);
  EXPECT_EQ(windows[1].patterns[0].counts.text, "session opened for <*> by root");
  EXPECT_EQ(windows[1].patterns[0].counts.lines, 6u);
}

TEST(Patterns, CountsAreByVersionAndInstanceAndTheExampleIsTheSmallestLine) {
  Observer observer({});
  observer.observe(lines(resource("s", "1", "a"), {"took 9 ms", "took 12 ms"}), at_ms(10));
  observer.observe(lines(resource("s", "2", "b"), {"took 3 ms"}, 0, 17), at_ms(10));
  const auto windows = close(observer, 20'000);
  ASSERT_EQ(windows[0].patterns.size(), 2u);
  EXPECT_EQ(windows[0].patterns[0].counts.example, "took 12 ms");
  EXPECT_EQ(windows[0].patterns[0].counts.lines, 2u);
  EXPECT_EQ(windows[0].patterns[1].key.version, "2");
  EXPECT_EQ(windows[0].patterns[1].counts.severity, 17);
  EXPECT_EQ(windows[0].patterns[0].key.pattern, windows[0].patterns[1].key.pattern);
}

TEST(Patterns, AnExceptionAttributeTellsTwoTroublesApart) {
  Observer observer({});
  Signals signals = lines(resource("s"), {"unhandled error", "unhandled error"});
  signals.logs[0].attributes = {{"exception.type", "KeyError"}};
  signals.logs[1].attributes = {{"exception.type", "Timeout"}};
  observer.observe(signals, at_ms(10));
  EXPECT_EQ(close(observer, 20'000)[0].patterns.size(), 2u);
}

// --- flood
// ------------------------------------------------------------------------------------------------------------

std::string prose(Pcg32& random) {
  std::string text;
  for (std::uint32_t n = 6 + random.below(10); n > 0; --n) {
    for (std::uint32_t letters = 3 + random.below(7); letters > 0; --letters)
      text += static_cast<char>('a' + random.below(26));
    text += ' ';
  }
  return text;
}

TEST(Patterns, ProseOpensTheBreakerAndStaysBounded) {
  Observer observer({});
  Pcg32 random(3);
  std::uint64_t sent = 0, counted = 0;
  for (int second = 0; second < 30; ++second) {
    std::vector<std::string> bodies{"heartbeat ok"};
    for (int i = 0; i < 3'000; ++i) bodies.push_back(prose(random));
    if (second >= 5) bodies.push_back("a newcomer in the flood");
    sent += bodies.size();
    observer.observe(lines(resource("s"), bodies, second * 1000), at_ms(second * 1000 + 1));
  }
  std::uint64_t heartbeats = 0, newcomers = 0;
  for (const auto& window : close(observer, 60'000))
    for (const auto& p : window.patterns) {
      counted += p.counts.lines;
      if (p.counts.text == "heartbeat ok") heartbeats += p.counts.lines;
      if (p.counts.text == "a newcomer in the flood") newcomers += p.counts.lines;
    }
  EXPECT_EQ(counted, sent);  // counted roughly, never dropped
  EXPECT_EQ(heartbeats, 30u);
  EXPECT_GT(newcomers, 5u);  // what repeats is mined even now
  EXPECT_LT(observer.live_patterns(), 3'000u);
  EXPECT_GT(observer.counters().lines_unsorted, 80'000u);
}

TEST(Patterns, TheBreakerClosesWhenLinesAreLinesAgain) {
  Observer observer({});
  Pcg32 random(3);
  std::vector<std::string> flood;
  for (int i = 0; i < 5'000; ++i) flood.push_back(prose(random));
  observer.observe(lines(resource("s"), flood), at_ms(10));
  for (int second = 1; second < 100; ++second)
    observer.observe(lines(resource("s"), std::vector<std::string>(50, "heartbeat ok"), second * 1000),
                     at_ms(second * 1000));
  const std::uint64_t unsorted = observer.counters().lines_unsorted;
  EXPECT_GT(unsorted, 0u);
  observer.observe(lines(resource("s"), {"something new happened here"}, 100'000), at_ms(100'000));
  EXPECT_EQ(observer.counters().lines_unsorted, unsorted);
  const auto windows = close(observer, 120'000);
  ASSERT_EQ(windows.back().patterns.size(), 1u);
  EXPECT_EQ(windows.back().patterns[0].counts.text, "something new happened here");
}

TEST(Patterns, TheLeastRecentlySeenIsForgotten) {
  ObserveSettings settings;
  settings.patterns.live_patterns = 100;
  settings.patterns.breaker_novel_lines = settings.patterns.breaker_novel_always = 1'000'000;
  Observer observer(settings);
  Pcg32 random(5);
  for (int second = 0; second < 60; ++second) {
    std::vector<std::string> bodies{"heartbeat ok"};
    for (int i = 0; i < 30; ++i) bodies.push_back(prose(random));
    observer.observe(lines(resource("s"), bodies, second * 1000), at_ms(second * 1000 + 1));
    for (const auto& window : close(observer, second * 1000 + 2)) {
      std::uint64_t lines_of_window = 0;
      for (const auto& p : window.patterns) lines_of_window += p.counts.lines;
      EXPECT_EQ(lines_of_window, 310u);
      EXPECT_EQ(std::count_if(window.patterns.begin(), window.patterns.end(),
                              [](const auto& p) { return p.counts.text == "heartbeat ok" && p.counts.lines == 10; }),
                1);
    }
  }
  EXPECT_LE(observer.live_patterns(), 130u);
  EXPECT_GT(observer.counters().patterns_forgotten, 100u);
}

TEST(Patterns, AnyBytesAreSafe) {
  Pcg32 random(17);
  const std::string_view alphabet = "{}[]()\"'=:,;./\\-\n\t 09afZ%@#*<>\xE2\x9C\x93";
  Observer observer({});
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::uint32_t n = random.below(60); n > 0; --n)
      text += alphabet[random.below(static_cast<std::uint32_t>(alphabet.size()))];
    observer.observe(lines(resource("s"), {text}, 0, 0), at_ms(1));
  }
  std::uint64_t counted = 0;
  for (const auto& window : close(observer, 20'000))
    for (const auto& p : window.patterns) counted += p.counts.lines;
  EXPECT_EQ(counted, 20'000u);
}

}  // namespace
}  // namespace nightjar
