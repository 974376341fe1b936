#include "tests/unit/observe/story.h"

namespace nightjar {
namespace {

using namespace story;

const RequestCounts* request(const WindowRollups& window, std::string_view service, std::string_view operation) {
  for (const auto& r : window.requests)
    if (r.key.service.value == service && r.key.operation == operation) return &r.counts;
  return nullptr;
}
const DependencyRollup* dependency(const WindowRollups& window, std::string_view caller, std::string_view callee) {
  for (const auto& d : window.dependencies)
    if (d.key.caller.value == caller && d.key.callee.value == callee) return &d;
  return nullptr;
}

Attributes route(std::string path, int status = 200, std::string method = "GET") {
  return {{"http.request.method", std::move(method)},
          {"http.response.status_code", std::to_string(status)},
          {"http.route", std::move(path)}};
}
Attributes call(int port, int status = 200) {
  Attributes attributes{{"http.url", "http://127.0.0.1:" + std::to_string(port) + "/pay"}};
  if (status != 0) attributes.emplace_back("http.status_code", std::to_string(status));
  return attributes;
}

TEST(Spans, SelfTimeIsDurationMinusTheUnionOfChildren) {
  Observer observer({});
  observer.observe(
      spans(resource("orders"), {span(1, 1, 0, SpanKind::server, 0, 100, "GET", route("/orders")),
                                 // Two that overlap (10..50), one inside them, one past the parent's end.
                                 span(1, 2, 1, SpanKind::client, 10, 40, "a", call(1)),
                                 span(1, 3, 1, SpanKind::client, 30, 50, "b", call(1)),
                                 span(1, 4, 1, SpanKind::internal, 20, 30), span(1, 5, 1, SpanKind::internal, 90, 150),
                                 // A grandchild takes nothing from the grandparent.
                                 span(1, 6, 4, SpanKind::internal, 60, 70)}),
      at_ms(200));
  const auto windows = close(observer, 20'000);
  ASSERT_EQ(windows.size(), 1u);
  const RequestCounts* orders = request(windows[0], "orders", "GET /orders");
  ASSERT_NE(orders, nullptr);
  EXPECT_EQ(orders->duration_ns, milliseconds(100).ns);
  EXPECT_EQ(orders->self_time_ns, milliseconds(50).ns);  // 100 - (50 - 10) - (100 - 90)
}

// gateway -> orders -> payment; payment fails by itself.
std::vector<Signals> failing_payment(std::uint64_t trace) {
  return {
      spans(resource("gateway"), {span(trace, 1, 0, SpanKind::server, 0, 90, "POST", route("/checkout", 502, "POST")),
                                  span(trace, 2, 1, SpanKind::client, 5, 80, "POST", call(9001, 502), true)}),
      spans(resource("orders"), {span(trace, 3, 2, SpanKind::server, 10, 75, "POST", route("/orders", 502, "POST")),
                                 span(trace, 4, 3, SpanKind::internal, 12, 70),
                                 span(trace, 5, 4, SpanKind::client, 15, 60, "POST", call(9002, 500), true)}),
      spans(resource("payment"), {span(trace, 6, 5, SpanKind::server, 20, 55, "POST", route("/pay", 500, "POST"))})};
}

TEST(Spans, OnlyTheServiceAtFaultHasOwnErrors) {
  Observer observer({});
  for (const Signals& signals : failing_payment(7)) observer.observe(signals, at_ms(100));
  const auto windows = close(observer, 20'000);
  ASSERT_EQ(windows.size(), 1u);
  for (const auto& [service, operation, own] :
       {std::tuple("gateway", "POST /checkout", 0u), std::tuple("orders", "POST /orders", 0u),
        std::tuple("payment", "POST /pay", 1u)}) {
    const RequestCounts* counts = request(windows[0], service, operation);
    ASSERT_NE(counts, nullptr) << service;
    EXPECT_EQ(counts->errors, 1u) << service;
    EXPECT_EQ(counts->own_errors, own) << service;
  }
  ASSERT_NE(dependency(windows[0], "gateway", "orders"), nullptr);
  const DependencyRollup* payment = dependency(windows[0], "orders", "payment");
  ASSERT_NE(payment, nullptr);
  EXPECT_EQ(payment->counts.errors, 1u);
  EXPECT_EQ(payment->key.kind, DependencyKind::http);
  EXPECT_EQ(windows[0].dependencies.size(), 2u) << print(windows[0]);
}

TEST(Spans, ARefusalIsNobodysFailure) {
  // The callee says 404, the client's span has status ERROR as the convention wants; the caller makes a 500 of it
  // itself.
  Observer observer({});
  observer.observe(
      spans(resource("cart"), {span(1, 1, 0, SpanKind::server, 0, 90, "GET", route("/cart", 500)),
                               span(1, 2, 1, SpanKind::client, 5, 80, "GET", call(9001, 404), true),
                               // No status on this one: a body that could not be read, answered 404 as well.
                               span(1, 4, 1, SpanKind::client, 81, 85, "GET", call(9001, 0), true)}),
      at_ms(100));
  observer.observe(spans(resource("catalog"), {span(1, 3, 2, SpanKind::server, 10, 75, "GET", route("/p", 404)),
                                               span(1, 5, 4, SpanKind::server, 82, 84, "GET", route("/p", 404))}),
                   at_ms(100));
  const auto windows = close(observer, 20'000);
  EXPECT_EQ(request(windows[0], "cart", "GET /cart")->own_errors, 1u);
  EXPECT_EQ(request(windows[0], "catalog", "GET /p")->errors, 0u);
  EXPECT_EQ(dependency(windows[0], "cart", "catalog")->counts.errors, 0u);
}

TEST(Spans, AFailedQueryBelongsToTheDatabase) {
  Observer observer({});
  observer.observe(
      spans(resource("catalog", "3.2.0"), {span(1, 1, 0, SpanKind::server, 0, 90, "GET", route("/products/{id}", 500)),
                                           span(1, 2, 1, SpanKind::internal, 1, 89),
                                           span(1, 3, 2, SpanKind::client, 5, 80, "SELECT shop",
                                                {{"db.system", "postgresql"},
                                                 {"db.name", "shop"},
                                                 {"db.statement", "SELECT * FROM products WHERE id = 7"}},
                                                true)}),
      at_ms(100));
  const auto windows = close(observer, 20'000);
  EXPECT_EQ(request(windows[0], "catalog", "GET /products/{id}")->errors, 1u);
  EXPECT_EQ(request(windows[0], "catalog", "GET /products/{id}")->own_errors, 0u);
  const DependencyRollup* database = dependency(windows[0], "catalog", "postgresql shop");
  ASSERT_NE(database, nullptr);
  EXPECT_EQ(database->key.kind, DependencyKind::database);
  EXPECT_EQ(database->counts.errors, 1u);
  ASSERT_EQ(windows[0].statements.size(), 1u);
  const StatementRollup& statement = windows[0].statements[0];
  EXPECT_EQ(statement.key.endpoint, "GET /products/{id}");
  EXPECT_EQ(statement.key.version, "3.2.0");
  EXPECT_EQ(statement.key.database.value, "postgresql shop");
  EXPECT_EQ(statement.counts.text, "SELECT * FROM products WHERE id = ?");
  EXPECT_EQ(statement.counts.table, "products");
  EXPECT_EQ(statement.counts.longest_ns, milliseconds(75).ns);
}

TEST(Spans, AnInstrumentedCalleeKeepsItsNameWhenItDies) {
  Observer observer({});
  AddressBook book;
  for (const Signals& signals : failing_payment(7)) observer.observe(signals, at_ms(100));
  auto windows = close(observer, 20'000, book);
  // Ten seconds on payment no longer answers: connection refused, no server span.
  observer.observe(
      spans(resource("orders"), {span(8, 1, 0, SpanKind::server, 21'000, 21'090, "POST", route("/orders", 503)),
                                 span(8, 2, 1, SpanKind::client, 21'010, 21'020, "POST", call(9002, 0), true),
                                 span(8, 3, 1, SpanKind::client, 21'030, 21'040, "GET",
                                      {{"server.address", "cards.example.com"}, {"server.port", "443"}}),
                                 span(8, 4, 1, SpanKind::client, 21'030, 21'040, "GET", call(9999, 0), true)}),
      at_ms(21'100));
  windows = close(observer, 40'000, book);
  ASSERT_EQ(windows.size(), 2u);
  EXPECT_TRUE(windows[0].dependencies.empty());  // an empty window between: silence is visible
  const DependencyRollup* payment = dependency(windows[1], "orders", "payment");
  ASSERT_NE(payment, nullptr) << print(windows[1]);
  EXPECT_EQ(payment->counts.errors, 1u);
  EXPECT_EQ(payment->key.kind, DependencyKind::http);
  const DependencyRollup* cards = dependency(windows[1], "orders", "external cards.example.com");
  ASSERT_NE(cards, nullptr);
  EXPECT_EQ(cards->key.kind, DependencyKind::external);
  EXPECT_NE(dependency(windows[1], "orders", "external 127.0.0.1:9999"), nullptr);
  EXPECT_TRUE(windows[1].answers.empty());
  EXPECT_TRUE(windows[1].unanswered.empty());
}

TEST(Spans, AParentThatEndsLaterStillSeesItsChildren) {
  Observer observer({});
  // The child ends in window 0, the parent 45 s later; the child's window has closed long before.
  observer.observe(
      spans(resource("orders"), {span(1, 2, 1, SpanKind::client, 1'000, 9'000, "POST", call(9002, 500), true)}),
      at_ms(9'100));
  auto windows = close(observer, 21'000);
  ASSERT_EQ(windows.size(), 1u);
  EXPECT_TRUE(windows[0].requests.empty());
  observer.observe(
      spans(resource("orders"), {span(1, 1, 0, SpanKind::server, 0, 45'000, "POST", route("/orders", 502))}),
      at_ms(45'100));
  windows = close(observer, 61'000);
  ASSERT_EQ(windows.size(), 4u);
  const RequestCounts* orders = request(windows[3], "orders", "GET /orders");
  ASSERT_NE(orders, nullptr);
  EXPECT_EQ(orders->self_time_ns, seconds(45 - 8).ns);
  EXPECT_EQ(orders->own_errors, 0u);
  EXPECT_EQ(observer.buffered_spans(), 0u);  // the trace is complete and was let go
}

TEST(Spans, OneRequestForNestedServerSpans) {
  Observer observer({});
  observer.observe(spans(resource("web"), {span(1, 1, 0, SpanKind::server, 0, 90, "GET", route("/a")),
                                           span(1, 2, 1, SpanKind::server, 1, 89, "GET", route("/a")),
                                           span(2, 1, 0, SpanKind::internal, 0, 10, "nightly cleanup"),
                                           span(3, 1, 0, SpanKind::client, 0, 10, "poll", call(1))}),
                   at_ms(100));
  const auto windows = close(observer, 20'000);
  EXPECT_EQ(request(windows[0], "web", "GET /a")->requests, 1u);
  EXPECT_EQ(request(windows[0], "web", "nightly cleanup")->requests, 1u);
  EXPECT_EQ(windows[0].requests.size(), 2u) << print(windows[0]);
}

TEST(Spans, NestedClientSpansAreOneCall) {
  Observer observer({});
  observer.observe(spans(resource("web"), {span(1, 1, 0, SpanKind::server, 0, 90, "GET", route("/a")),
                                           span(1, 2, 1, SpanKind::client, 1, 89, "requests", call(9001)),
                                           span(1, 3, 2, SpanKind::client, 2, 88, "urllib3", call(9001)),
                                           span(1, 5, 1, SpanKind::client, 2, 88, "search",
                                                {{"db.system", "elasticsearch"}, {"server.address", "search"}}),
                                           span(1, 6, 5, SpanKind::client, 2, 88, "urllib3", call(9200))}),
                   at_ms(100));
  observer.observe(spans(resource("api"), {span(1, 4, 3, SpanKind::server, 3, 80, "GET", route("/b"))}), at_ms(100));
  const auto windows = close(observer, 20'000);
  ASSERT_EQ(windows[0].dependencies.size(), 2u) << print(windows[0]);
  EXPECT_EQ(dependency(windows[0], "web", "api")->counts.calls, 1u);
  EXPECT_EQ(dependency(windows[0], "web", "elasticsearch search")->counts.calls, 1u);
}

TEST(Spans, AQueueStandsBetweenProducerAndConsumer) {
  Observer observer({});
  const Attributes queue{{"messaging.destination.name", "orders"}, {"messaging.system", "kafka"}};
  observer.observe(spans(resource("shop"), {span(1, 1, 0, SpanKind::producer, 0, 5, "orders publish", queue)}),
                   at_ms(100));
  observer.observe(
      spans(resource("mailer"), {span(2, 1, 0, SpanKind::consumer, 10, 50, "orders process", queue, true)}),
      at_ms(100));
  const auto windows = close(observer, 20'000);
  EXPECT_EQ(dependency(windows[0], "shop", "kafka orders")->counts.errors, 0u);
  EXPECT_EQ(dependency(windows[0], "kafka orders", "mailer")->counts.errors, 1u);
  EXPECT_EQ(request(windows[0], "mailer", "process orders")->own_errors, 1u);
  EXPECT_EQ(dependency(windows[0], "kafka orders", "mailer")->key.kind, DependencyKind::messaging);
}

TEST(Spans, RepeatsAndLatecomersDoNotCountTwice) {
  Observer observer({});
  const Signals once = spans(resource("orders"), {span(1, 1, 99, SpanKind::server, 0, 50, "GET", route("/orders"))});
  observer.observe(once, at_ms(100));
  observer.observe(once, at_ms(200));
  auto windows = close(observer, 20'000);
  EXPECT_EQ(request(windows[0], "orders", "GET /orders")->requests, 1u);
  // Sent once more when the window is closed: late, in the window engine time is in.
  observer.observe(once, at_ms(25'000));
  windows = close(observer, 40'000);
  ASSERT_EQ(windows.size(), 2u);
  EXPECT_EQ(windows[0].late, 0u);
  EXPECT_EQ(windows[1].late, 1u);
  EXPECT_TRUE(windows[1].requests.empty());
  EXPECT_EQ(observer.counters().late, 1u);
}

TEST(Spans, DataFromTheFutureIsCountedNotUsed) {
  Observer observer({});
  observer.observe(spans(resource("orders"), {span(1, 1, 0, SpanKind::server, 0, 3'600'000, "GET", route("/orders"))}),
                   at_ms(100));
  const auto windows = close(observer, 20'000);
  ASSERT_EQ(windows.size(), 1u);
  EXPECT_EQ(windows[0].late, 1u);
  EXPECT_EQ(observer.counters().ahead, 1u);
}

TEST(Spans, OperationsAreNamedByTheCodeWhereItTells) {
  const std::pair<Span, std::string> table[] = {
      {span(1, 1, 0, SpanKind::server, 0, 1, "GET /products/7",
            {{"http.method", "GET"}, {"http.route", "/products/{id}"}}),
       "GET /products/{id}"},
      {span(1, 1, 0, SpanKind::server, 0, 1, "GET /products/7/parts/8c12f09a?x=1"), "GET /products/{id}/parts/{id}"},
      {span(1, 1, 0, SpanKind::server, 0, 1, "GET /v2/u/3f2504e0-4f89-11d3-9a0c-0305e82c3301"), "GET /v2/u/{id}"},
      {span(1, 1, 0, SpanKind::server, 0, 1, "shop.Cart/Add",
            {{"rpc.system", "grpc"}, {"rpc.service", "shop.Cart"}, {"rpc.method", "Add"}}),
       "shop.Cart/Add"},
      {span(1, 1, 0, SpanKind::internal, 0, 1, "nightly report"), "nightly report"},
  };
  for (const auto& [given, expected] : table) {
    Observer observer({});
    observer.observe(spans(resource("s"), {given}), at_ms(10));
    const auto windows = close(observer, 20'000);
    ASSERT_EQ(windows[0].requests.size(), 1u) << expected;
    EXPECT_EQ(windows[0].requests[0].key.operation, expected);
  }
}

TEST(Spans, GrpcCodesOfTheServerSideAreFailures) {
  for (const auto& [code, failed] : {std::pair(0, false),
                                     {2, true},
                                     {3, false},
                                     {4, true},
                                     {5, false},
                                     {8, true},
                                     {12, false},
                                     {13, true},
                                     {14, true},
                                     {15, true}}) {
    Observer observer({});
    observer.observe(spans(resource("s"), {span(1, 1, 0, SpanKind::server, 0, 1, "m",
                                                {{"rpc.grpc.status_code", std::to_string(code)}})}),
                     at_ms(10));
    const auto windows = close(observer, 20'000);
    EXPECT_EQ(windows[0].requests[0].counts.errors, failed ? 1u : 0u) << code;
  }
}

TEST(Spans, AnExceptionIsAPatternWhereItWasRaised) {
  Observer observer({});
  Span inner = span(1, 2, 1, SpanKind::internal, 1, 9);
  Span outer = span(1, 1, 0, SpanKind::server, 0, 10, "POST", route("/pay", 500, "POST"));
  inner.exception_type = outer.exception_type = "KeyError";
  inner.exception_message = outer.exception_message = "'discount' of order 48213";
  observer.observe(spans(resource("payment", "2.4.1"), {outer, inner}), at_ms(10));
  const auto windows = close(observer, 20'000);
  ASSERT_EQ(windows[0].patterns.size(), 1u);
  const PatternRollup& pattern = windows[0].patterns[0];
  EXPECT_EQ(pattern.counts.text, "exception KeyError: 'discount' of order <*>");
  EXPECT_EQ(pattern.counts.lines, 1u);
  EXPECT_EQ(pattern.counts.severity, 17);
  EXPECT_EQ(pattern.key.version, "2.4.1");
}

}  // namespace
}  // namespace nightjar
