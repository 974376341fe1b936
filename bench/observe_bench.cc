// bench/observe_bench.cc
// How much one lane (one core) observes: spans, lines and points a second, closing and merging windows included.
#include <benchmark/benchmark.h>

#include "engine/observe/log_line.h"
#include "engine/observe/pattern_miner.h"
#include "engine/observe/statement.h"
#include "tests/unit/observe/story.h"

namespace nightjar {
namespace {

using namespace story;

// One second of a shop: gateway -> orders -> (database, payment -> database); 9 spans a trace, attributes as the
// OpenTelemetry SDKs write them.
std::vector<Signals> second_of_traces(std::uint64_t first_trace, int traces) {
  Pcg32 random(first_trace + 1);
  std::vector<Signals> batch;
  const auto served = [](std::string path) {
    return Attributes{{"http.flavor", "1.1"},      {"http.host", "127.0.0.1:9000"},
                      {"http.method", "POST"},     {"http.route", std::move(path)},
                      {"http.scheme", "http"},     {"http.server_name", "a"},
                      {"http.status_code", "200"}, {"http.user_agent", "python-urllib3/2.2"},
                      {"net.host.port", "9000"},   {"net.peer.ip", "127.0.0.1"}};
  };
  const auto called = [&] {
    return Attributes{{"http.method", "POST"},
                      {"http.status_code", "200"},
                      {"http.url", "http://127.0.0.1:" + std::to_string(9000 + random.below(3)) + "/x"}};
  };
  const auto queried = [&] {
    return Attributes{
        {"db.name", "shop"},
        {"db.statement", "SELECT id, name, price FROM products WHERE id = " + std::to_string(random.below(10'000))},
        {"db.system", "postgresql"},
        {"db.user", "shop"},
        {"net.peer.name", "127.0.0.1"},
        {"net.peer.port", "5432"}};
  };
  Signals gateway = spans(resource("shop/gateway", "1.0", "gateway-1"), {});
  Signals orders = spans(resource("shop/orders", "1.8.0", "orders-1"), {});
  Signals payment = spans(resource("shop/payment", "2.4.0", "payment-1"), {});
  for (int i = 0; i < traces; ++i) {
    const std::uint64_t t = first_trace + static_cast<std::uint64_t>(i);
    const std::uint64_t id = t * 16;
    const std::int64_t at = static_cast<std::int64_t>(random.below(900));
    gateway.spans.push_back(span(t, id + 1, 0, SpanKind::server, at, at + 80, "POST /checkout", served("/checkout")));
    gateway.spans.push_back(span(t, id + 2, id + 1, SpanKind::client, at + 2, at + 78, "POST", called()));
    orders.spans.push_back(
        span(t, id + 3, id + 2, SpanKind::server, at + 3, at + 77, "POST /orders", served("/orders")));
    orders.spans.push_back(span(t, id + 4, id + 3, SpanKind::client, at + 4, at + 8, "SELECT", queried()));
    orders.spans.push_back(span(t, id + 5, id + 3, SpanKind::client, at + 9, at + 12, "INSERT", queried()));
    orders.spans.push_back(span(t, id + 6, id + 3, SpanKind::client, at + 14, at + 60, "POST", called()));
    payment.spans.push_back(span(t, id + 7, id + 6, SpanKind::server, at + 15, at + 58, "POST /pay", served("/pay")));
    payment.spans.push_back(span(t, id + 8, id + 7, SpanKind::internal, at + 16, at + 50, "charge"));
    payment.spans.push_back(span(t, id + 9, id + 8, SpanKind::client, at + 17, at + 30, "UPDATE", queried()));
  }
  batch.push_back(std::move(gateway));
  batch.push_back(std::move(orders));
  batch.push_back(std::move(payment));
  return batch;
}

void shift(std::vector<Signals>& batch, Duration by, std::uint64_t traces) {
  for (Signals& signals : batch) {
    for (Span& s : signals.spans) {
      s.start = s.start + by;
      s.end = s.end + by;
      std::uint64_t t;
      std::memcpy(&t, s.trace_id.data(), sizeof t);
      t += traces;
      std::memcpy(s.trace_id.data(), &t, sizeof t);
    }
    for (LogRecord& r : signals.logs) r.time = r.time + by;
    for (MetricPoint& p : signals.metrics) {
      p.time = p.time + by;
      p.value += 3;
    }
  }
}

void observe_and_close(benchmark::State& state, std::vector<Signals> batch, std::int64_t items, std::uint64_t traces) {
  Observer observer({});
  AddressBook book;
  std::int64_t second = 0;
  std::size_t windows = 0;
  for (auto _ : state) {
    for (const Signals& signals : batch) observer.observe(signals, at_ms(second * 1000 + 999));
    ++second;
    const std::vector<std::vector<WindowRollups>> lanes{observer.close_windows(at_ms(second * 1000))};
    windows += merge_lanes(lanes, book).size();
    state.PauseTiming();
    shift(batch, seconds(1), traces);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * items);
  state.counters["windows"] = static_cast<double>(windows);
  state.counters["buffered"] = static_cast<double>(observer.buffered_spans());
  state.counters["late"] = static_cast<double>(observer.counters().late);
}

void Spans(benchmark::State& state) {
  const int traces = static_cast<int>(state.range(0));
  observe_and_close(state, second_of_traces(1, traces), 9 * traces, static_cast<std::uint64_t>(traces));
}
BENCHMARK(Spans)->Arg(100)->Arg(2000)->Iterations(60)->Unit(benchmark::kMillisecond);

std::vector<std::string> sentences(int n) {
  Pcg32 random(5);
  std::vector<std::string> lines;
  for (int i = 0; i < n; ++i) {
    switch (random.below(6)) {
      case 0:
        lines.push_back(fmt::format("GET /products/{} 200 in {} ms", random.below(10'000), random.below(300)));
        break;
      case 1:
        lines.push_back(fmt::format("order {} stored for user {}", random(), random.below(1'000)));
        break;
      case 2:
        lines.push_back(
            fmt::format("cache hit ratio {}.{} over {} keys", random.below(1), random.below(100), random.below(9'999)));
        break;
      case 3:
        lines.push_back(fmt::format("connection from 10.0.{}.{}:{} accepted by worker-{}", random.below(256),
                                    random.below(256), random.below(65'536), random.below(16)));
        break;
      case 4:
        lines.push_back(fmt::format("2026-11-24 10:{:02}:{:02},{:03} INFO shop.cart item sku-{} added, {} items now",
                                    random.below(60), random.below(60), random.below(1000), random.below(100'000),
                                    random.below(9)));
        break;
      default:
        lines.push_back(
            fmt::format(R"({{"level":"info","msg":"payment {} accepted","amount":{}}})", random(), random.below(500)));
    }
  }
  return lines;
}

void Lines(benchmark::State& state) {
  const int n = static_cast<int>(state.range(0));
  Signals signals = lines(resource("shop/orders", "1.8.0", "orders-1"), sentences(n));
  std::size_t bytes = 0;
  for (const LogRecord& r : signals.logs) bytes += r.body.size();
  observe_and_close(state, {std::move(signals)}, n, 0);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}
BENCHMARK(Lines)->Arg(50'000)->Iterations(40)->Unit(benchmark::kMillisecond);

// No line like another: what anybody can send who can write a log.
void Prose(benchmark::State& state) {
  Pcg32 random(7);
  std::vector<std::string> bodies;
  std::size_t bytes = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (std::uint32_t n = 6 + random.below(10); n > 0; --n) {
      for (std::uint32_t letters = 3 + random.below(7); letters > 0; --letters)
        text += static_cast<char>('a' + random.below(26));
      text += ' ';
    }
    bytes += text.size();
    bodies.push_back(std::move(text));
  }
  observe_and_close(state, {lines(resource("shop/orders"), bodies)}, 50'000, 0);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}
BENCHMARK(Prose)->Iterations(30)->Unit(benchmark::kMillisecond);

void Points(benchmark::State& state) {
  Signals signals;
  signals.resource = resource("shop/orders");
  const int n = static_cast<int>(state.range(0));
  for (int i = 0; i < n; ++i) {
    const MetricPoint p =
        metric_point(signals.resource, "metric_" + std::to_string(i % 100),
                     i % 2 ? MetricKind::gauge : MetricKind::counter, 1, at_ms(500), Temporality::cumulative,
                     {{"code", "200"}, {"method", "GET"}, {"route", "/r" + std::to_string(i / 100)}});
    signals.metrics.push_back(p);
  }
  observe_and_close(state, {std::move(signals)}, n, 0);
}
BENCHMARK(Points)->Arg(50'000)->Iterations(40)->Unit(benchmark::kMillisecond);

void Statements(benchmark::State& state) {
  const std::string text =
      "SELECT o.id, o.total, i.sku FROM orders o JOIN items i ON i.order_id = o.id WHERE o.user_id = 48213 AND o.state "
      "IN ('new', 'paid')";
  for (auto _ : state) benchmark::DoNotOptimize(normalise_statement(text, 2048));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Statements);

}  // namespace
}  // namespace nightjar

BENCHMARK_MAIN();
