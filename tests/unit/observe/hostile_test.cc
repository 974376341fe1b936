#include "engine/observe/fold.h"
#include "tests/unit/observe/story.h"

namespace nightjar {
namespace {

using namespace story;

std::string word(Pcg32& random) {
  std::string text;
  for (int i = 0; i < 12; ++i) text += static_cast<char>('a' + random.below(26));
  return text;
}

TEST(Hostile, AHundredThousandOperationsAreTwoHundred) {
  Observer observer({});
  Pcg32 random(1);
  std::vector<Span> list;
  for (std::uint64_t i = 1; i <= 100'000; ++i)
    list.push_back(span(i, 1, 0, SpanKind::server, 0, 5, "GET /" + word(random)));
  // What the code names stays visible in the flood.
  for (std::uint64_t i = 1; i <= 150; ++i)
    list.push_back(span(1'000'000 + i, 1, 0, SpanKind::server, 0, 5, "x",
                        {{"http.method", "GET"}, {"http.route", "/route" + std::to_string(i)}}));
  observer.observe(spans(resource("edge"), list), at_ms(10));
  const auto windows = close(observer, 20'000);
  EXPECT_EQ(windows[0].requests.size(), 201u);
  std::uint64_t requests = 0, routes = 0, other = 0;
  for (const auto& r : windows[0].requests) {
    requests += r.counts.requests;
    routes += r.key.operation.starts_with("GET /route");
    if (r.key.operation == kOther) other = r.counts.requests;
  }
  EXPECT_EQ(requests, 100'150u);
  EXPECT_EQ(routes, 150u);
  EXPECT_EQ(other, 100'000u - 50);
}

TEST(Hostile, LongNamesAreCut) {
  Observer observer({});
  const std::string huge(4096, 'x');
  Span s = span(1, 1, 0, SpanKind::server, 0, 5, huge);
  s.exception_type = huge;
  s.exception_message = huge;
  observer.observe(
      spans(resource(huge, huge, huge), {s,
                                         span(1, 2, 1, SpanKind::client, 0, 5, huge,
                                              {{"db.name", huge}, {"db.statement", huge}, {"db.system", huge}}),
                                         span(1, 3, 1, SpanKind::client, 0, 5, huge, {{"server.address", huge}})}),
      at_ms(10));
  observer.observe(lines(resource(huge, huge, huge), {huge + " " + huge}), at_ms(10));
  const auto windows = close(observer, 20'000);
  EXPECT_LE(windows[0].requests[0].key.operation.size(), 260u);
  EXPECT_LE(windows[0].requests[0].key.service.value.size(), 260u);
  EXPECT_LE(windows[0].requests[0].key.version.size(), 260u);
  EXPECT_LE(windows[0].statements[0].counts.text.size(), 2'051u);
  for (const auto& d : windows[0].dependencies) EXPECT_LE(d.key.callee.value.size(), 300u);
  for (const auto& p : windows[0].patterns) {
    EXPECT_LE(p.counts.text.size(), 1'030u);
    EXPECT_LE(p.counts.example.size(), 520u);
  }
}

TEST(Hostile, AFullBufferJudgesEarlyAndLosesNothing) {
  ObserveSettings settings;
  settings.spans = 1'000;
  Observer observer(settings);
  std::vector<Span> list;
  // Orphans: nothing of them is ever complete.
  for (std::uint64_t i = 1; i <= 20'000; ++i) list.push_back(span(i, 1, 99, SpanKind::server, 0, 5, "work"));
  observer.observe(spans(resource("s"), list), at_ms(10));
  EXPECT_LE(observer.buffered_spans(), 1'000u);
  EXPECT_GT(observer.counters().traces_judged_early, 18'000u);
  const auto windows = close(observer, 20'000);
  EXPECT_EQ(windows[0].requests[0].counts.requests, 20'000u);
  close(observer, 200'000);
  EXPECT_EQ(observer.buffered_spans(), 0u);
}

TEST(Hostile, OneTraceOfManySpansEndsInTime) {
  Observer observer({});
  std::vector<Span> list;
  // A chain 50,000 deep of inner spans with a failed request on top and a database call below each, and one cycle.
  list.push_back(span(1, 1, 0, SpanKind::server, 0, 5, "work", {}, true));
  for (std::uint64_t i = 2; i <= 50'000; ++i) list.push_back(span(1, i, i - 1, SpanKind::internal, 0, 5));
  for (std::uint64_t i = 2; i <= 50'000; ++i)
    list.push_back(span(1, 1'000'000 + i, i, SpanKind::client, 0, 5, "q",
                        {{"db.statement", "SELECT 1"}, {"db.system", "sqlite"}}));
  list.push_back(span(1, 5'000'001, 5'000'002, SpanKind::server, 0, 5, "round", {}, true));
  list.push_back(span(1, 5'000'002, 5'000'001, SpanKind::internal, 0, 5));
  list.push_back(span(1, 5'000'003, 5'000'003, SpanKind::server, 0, 5, "self", {}, true));
  observer.observe(spans(resource("s"), list), at_ms(10));
  const auto windows = close(observer, 20'000);
  std::uint64_t requests = 0;
  for (const auto& r : windows[0].requests) requests += r.counts.requests;
  EXPECT_GE(requests, 2u);
}

TEST(Hostile, ManyServicesPodsCalleesAndStatementsFold) {
  Observer observer({});
  for (std::uint64_t i = 1; i <= 5'000; ++i) {
    const std::string n = std::to_string(i);
    observer.observe(spans(resource("service" + n), {span(i, 1, 0, SpanKind::server, 0, 5, "work")}), at_ms(10));
    observer.observe(
        spans(resource("one", "v" + n, "i" + n),
              {span(10'000 + i, 1, 0, SpanKind::server, 0, 5, "work"),
               span(10'000 + i, 2, 1, SpanKind::client, 0, 5, "call",
                    {{"server.address", "host-" + n + "-x.example.com"}}),
               span(10'000 + i, 3, 1, SpanKind::client, 0, 5, "q",
                    {{"db.name", "d"}, {"db.statement", "SELECT c_" + n + " FROM t"}, {"db.system", "mysql"}})}),
        at_ms(10));
  }
  const auto windows = close(observer, 20'000);
  const FoldLimits limits;
  std::set<std::string> services, callees;
  std::size_t pods = 0;
  std::uint64_t calls = 0, statements = 0;
  for (const auto& r : windows[0].requests) {
    services.insert(r.key.service.value);
    pods += r.key.service.value == "one";
  }
  for (const auto& d : windows[0].dependencies) {
    callees.insert(d.key.callee.value);
    calls += d.counts.calls;
  }
  for (const auto& s : windows[0].statements) statements += s.counts.calls;
  EXPECT_LE(services.size(), limits.services + 1);
  EXPECT_LE(pods, limits.pods_per_service + 1);
  EXPECT_LE(callees.size(), limits.callees_per_caller + 1);
  EXPECT_EQ(calls, 10'000u);
  EXPECT_EQ(statements, 5'000u);
}

TEST(Hostile, NamesNobodyUsesAreForgotten) {
  ObserveSettings settings;
  settings.names = 2'000;
  Observer observer(settings);
  Pcg32 random(7);
  std::uint64_t trace = 0;
  for (int second = 0; second < 120; ++second) {
    std::vector<Span> list;
    for (int i = 0; i < 300; ++i)
      list.push_back(span(++trace, 1, 0, SpanKind::server, second * 1000, second * 1000 + 1, word(random)));
    observer.observe(spans(resource("s"), list), at_ms(second * 1000 + 5));
    for (const auto& window : close(observer, second * 1000 + 6)) {
      std::uint64_t requests = 0;
      for (const auto& r : window.requests) requests += r.counts.requests;
      EXPECT_EQ(requests, 3'000u);
    }
  }
  EXPECT_LT(observer.names(), 2'000u + 12'000u);
}

}  // namespace
}  // namespace nightjar
