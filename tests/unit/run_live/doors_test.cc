// The doors with the real sequencer and journal behind them: one bad item costs one item, order within a body does not
// matter, and what people and alerts say goes through while telemetry is refused.
#include <atomic>
#include <random>
#include <set>

#include "run/driver/driver.h"
#include "run/live/sequencer.h"
#include "tests/unit/io_receive/door_fixture.h"
#include "tests/unit/store/folder.h"
#include "wire/decode.h"
#include "wire/json/effect_json.h"

namespace nightjar {
namespace {

const HttpHeaders kProtobuf = {{"Content-Type", "application/x-protobuf"}};
const HttpHeaders kWrite = {{"Content-Type", "application/x-protobuf"}, {"Content-Encoding", "snappy"}};

// A number of spans of one request, each of its own: `bad` is a day ahead.
std::string many_spans(int count, int bad, std::uint32_t shuffle = 0) {
  std::vector<std::string> spans;
  for (int i = 0; i < count; ++i) {
    std::string span, trace(16, '\0'), id(8, '\0');
    for (int byte = 0; byte < 4; ++byte) trace[12 + byte] = id[4 + byte] = static_cast<char>((i + 1) >> (8 * byte));
    const Timestamp start = i == bad ? kNow + days(1) : kNow + milliseconds(i);
    protozero::pbf_writer writer(span);
    writer.add_bytes(1, trace);
    writer.add_bytes(2, id);
    writer.add_string(5, fmt::format("GET /{}", i % 7));
    writer.add_enum(6, 2);
    writer.add_fixed64(7, static_cast<std::uint64_t>(start.ns));
    writer.add_fixed64(8, static_cast<std::uint64_t>(start.ns + 1'000'000 * (1 + i % 40)));
    spans.push_back(std::move(span));
  }
  std::mt19937 random(shuffle);
  if (shuffle != 0) std::shuffle(spans.begin(), spans.end(), random);
  return traces_request(spans);
}

std::string many_samples(int count, int bad, Timestamp first = kNow, std::uint32_t shuffle = 0) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i) {
    std::string series, name, instance, sample;
    protozero::pbf_writer name_writer(name), instance_writer(instance), sample_writer(sample), writer(series);
    name_writer.add_string(1, "__name__");
    name_writer.add_string(2, "host_used_bytes");
    instance_writer.add_string(1, "instance");
    instance_writer.add_string(2, fmt::format("host-{}", i));
    sample_writer.add_double(1, 1);
    sample_writer.add_int64(2, (i == bad ? kNow + days(1) : first).ns / 1'000'000);
    writer.add_message(1, name);
    writer.add_message(1, instance);
    writer.add_message(2, sample);
    all.push_back(std::move(series));
  }
  std::mt19937 random(shuffle);
  if (shuffle != 0) std::shuffle(all.begin(), all.end(), random);
  std::string request;
  protozero::pbf_writer writer(request);
  for (const std::string& series : all) writer.add_message(1, series);
  return request;
}

class LiveDoors : public ::testing::Test {
 protected:
  LiveDoors() {
    sequencer_.start(
        [this](Input input) {
          std::lock_guard lock(mutex_);
          seen_.push_back(std::move(input));
        },
        [this] { return backlog_.load(); });
    Router router;
    add_otlp_http_routes(router, doorway_);
    add_remote_write_route(router, doorway_);
    add_alert_routes(router, doorway_);
    add_change_routes(router, doorway_, {});
    HttpServerSettings settings;
    settings.address = "127.0.0.1:0";
    server_ = *HttpServer::start(settings, std::move(router));
  }
  ~LiveDoors() override {
    backlog_ = 0;
    server_->stop();
    sequencer_.stop();
  }
  int post(const std::string& path, const std::string& body, const HttpHeaders& headers) {
    const auto reply = call_http({"POST", fmt::format("http://127.0.0.1:{}{}", server_->port(), path), headers, body});
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.ok() ? reply->status : 0;
  }
  // What the engine was given, with the verdict the door gave it. The sender hears first, the engine a moment later.
  std::size_t items_stored(std::size_t expected) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (items_now() < expected && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    return items_now();
  }
  std::size_t items_now() {
    std::lock_guard lock(mutex_);
    std::size_t items = 0;
    for (const Input& input : seen_) {
      const auto* signals = std::get_if<SignalsArrived>(&input.body);
      if (signals == nullptr) continue;
      const auto parts = decode(signals->encoding, signals->body, signals->verdict);
      for (const Signals& part : *parts) items += part.spans.size() + part.metrics.size() + part.logs.size();
    }
    return items;
  }

  Folder folder_;
  std::unique_ptr<Journal> journal_ =
      *Journal::open(folder_ / "journal", {.write_buffer_bytes = 1u << 20, .reserve_bytes = 0});
  ManualClock clock_{kNow};
  std::atomic<std::size_t> backlog_{0};
  std::mutex mutex_;
  std::vector<Input> seen_;  // guarded by mutex_
  Sequencer sequencer_{*journal_, clock_, 0, {}, {.signals_waiting = 4, .engine_behind = 100}};
  DoorLedger ledger_;
  LiveStatus status_;
  ByteBudget budget_{256u << 20};
  WorkPool pool_{2, 64}, control_pool_{2, 64};
  Doorway doorway_{sequencer_, clock_, ledger_, status_, pool_, control_pool_, budget_, Limits{}, {}};
  std::unique_ptr<HttpServer> server_;
};

TEST_F(LiveDoors, OneBadSpanInAThousandCostsOne) {
  EXPECT_EQ(post("/v1/traces", many_spans(1000, 500), kProtobuf), 200);
  EXPECT_EQ(items_stored(999u), 999u);
  EXPECT_EQ(post("/v1/traces", many_spans(1000, -1), kProtobuf), 200);
  EXPECT_EQ(items_stored(1999u), 1999u);
}

TEST_F(LiveDoors, OneSampleADayAheadCostsOneAndBlocksNothing) {
  EXPECT_EQ(post("/api/v1/write", snap(many_samples(1000, 500)), kWrite), 400);  // as Prometheus wants to be told
  EXPECT_EQ(items_stored(999u), 999u);
  // The series of the bad sample too takes what comes next.
  clock_.advance(seconds(15));
  EXPECT_EQ(post("/api/v1/write", snap(many_samples(1000, -1, kNow + seconds(15))), kWrite), 204);
  EXPECT_EQ(items_stored(1999u), 1999u);
}

TEST_F(LiveDoors, ControlGoesThroughWhileSignalsAreRefused) {
  backlog_ = 1000;  // the engine is behind: no signal is taken from the queue, and its four places are filled
  std::atomic<int> waiting_answered{0};
  for (int i = 0; i < 4; ++i)
    sequencer_.offer(SignalsArrived{}, Priority::signals, [&](absl::Status, Sequence) { ++waiting_answered; });
  int refused = 0;
  for (int i = 0; i < 50; ++i) {
    refused += post("/v1/traces", many_spans(10, -1), kProtobuf) == 503;
    EXPECT_EQ(post("/api/v2/alerts", fmt::format(R"([{{"labels":{{"alertname":"A{}"}}}}])", i), kProtobuf), 200);
    EXPECT_EQ(
        post("/api/v1/changes", fmt::format(R"({{"service":"payment","version":"2.4.{}","id":"b-{}"}})", i, i), {}),
        202);
    std::atomic<bool> taken{false};
    sequencer_.offer(CommandArrived{}, Priority::control, [&](absl::Status status, Sequence) { taken = status.ok(); });
    while (!taken) std::this_thread::yield();
  }
  EXPECT_EQ(refused, 50);
  EXPECT_EQ(waiting_answered, 0);
  EXPECT_EQ(ledger_.counts(Door::otlp_http).refused[static_cast<int>(RefusedWhy::overload)], 50u);
  {
    std::lock_guard lock(mutex_);
    std::set<std::string> alerts, changes;
    int commands = 0;
    for (const Input& input : seen_) {
      EXPECT_FALSE(std::holds_alternative<SignalsArrived>(input.body));
      if (const auto* arrived = std::get_if<AlertsArrived>(&input.body)) alerts.insert(arrived->alerts.at(0).name);
      if (const auto* change = std::get_if<ChangeArrived>(&input.body)) changes.insert(change->event.version);
      commands += std::holds_alternative<CommandArrived>(input.body);
    }
    EXPECT_EQ(alerts.size(), 50u);
    EXPECT_EQ(changes.size(), 50u);
    EXPECT_EQ(commands, 50);
  }
  EXPECT_GE(journal_->last_sequence(), 150u);  // durable, not only said
  backlog_ = 0;
  while (waiting_answered < 4) std::this_thread::yield();
  EXPECT_EQ(post("/v1/traces", many_spans(10, -1), kProtobuf), 200);
}

// The same items in any order within a body: the engine cannot tell. All it says over a hundred seconds is compared,
// every number of every closed window included, and what it says of a later body too. (Its snapshot is not: beside what
// it knows that holds in which order traces came, for the day when room must be made.)
std::vector<std::string> said_about(Encoding encoding, const std::string& body, const std::string& later) {
  Driver driver({.lanes = 2});
  std::vector<std::string> said;
  const auto step = [&](Input input) {
    for (const Effect& effect : driver.step(input)) said.push_back(encode_effect(effect));
  };
  for (Sequence i = 1; i <= 100; ++i) {
    const Timestamp now = kNow + seconds(static_cast<std::int64_t>(i));
    if (const std::string* arrived = i == 1 ? &body : i == 30 ? &later : nullptr) {
      const auto verdict = judge(encoding, *arrived, {}, kNow);
      EXPECT_TRUE(verdict.ok());
      step({2 * i, now,
            SignalsArrived{.encoding = encoding, .body = *arrived, .principal = "collector", .verdict = *verdict}});
    }
    step({2 * i + 1, now, Tick{}});
  }
  return said;
}

TEST(BodyOrder, PermutedSpansSayTheSame) {
  constexpr Encoding kEncoding = Encoding::otlp_traces_protobuf;
  const std::string later = many_spans(50, -1);
  const auto reference = said_about(kEncoding, many_spans(200, 77), later);
  EXPECT_GE(reference.size(), 2u);
  for (std::uint32_t shuffle = 1; shuffle <= 20; ++shuffle)
    EXPECT_TRUE(reference == said_about(kEncoding, many_spans(200, 77, shuffle), later)) << shuffle;
  EXPECT_FALSE(reference == said_about(kEncoding, many_spans(200, 78), later)) << "it can fail";
}

TEST(BodyOrder, PermutedSeriesSayTheSame) {
  constexpr Encoding kEncoding = Encoding::remote_write_1;
  const std::string later = many_samples(50, -1, kNow + seconds(25));
  const auto reference = said_about(kEncoding, many_samples(200, 77), later);
  EXPECT_GE(reference.size(), 2u);
  for (std::uint32_t shuffle = 1; shuffle <= 20; ++shuffle)
    EXPECT_TRUE(reference == said_about(kEncoding, many_samples(200, 77, kNow, shuffle), later)) << shuffle;
  EXPECT_FALSE(reference == said_about(kEncoding, many_samples(200, 78), later)) << "it can fail";
}

}  // namespace
}  // namespace nightjar
