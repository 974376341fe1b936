// Who sends, as the doors see it.
#include <nlohmann/json.hpp>

#include "io/receive/source_routes.h"
#include "tests/unit/io_receive/senders.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

class Sources : public DoorTest {
 protected:
  SourceTable::Source only() {
    const auto all = doorway_.sources.sources(clock_.now());
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? SourceTable::Source{} : all[0];
  }
};

TEST_F(Sources, ASenderIsItsTokenItsDoorAndItsProgram) {
  open({{"collector", to_hex(sha256("nj_c"))}});
  const HttpHeaders headers = {{"Content-Type", "application/x-protobuf"},
                               {"Authorization", "Bearer nj_c"},
                               {"User-Agent", "OpenTelemetry Collector/0.113"}};
  for (int i = 0; i < 6; ++i) {
    post("/v1/traces", traces_request({span_bytes(clock_.now() - seconds(40)), span_bytes(kNow + days(1))}), headers);
    clock_.advance(seconds(10));
  }
  const auto source = only();
  EXPECT_EQ(source.key, (SourceKey{"collector", Door::otlp_http, "OpenTelemetry Collector/0.113"}));
  EXPECT_EQ(source.requests, 6u);
  EXPECT_EQ(source.items, 6u);
  EXPECT_EQ(source.rejected_items, 6u);
  EXPECT_EQ(source.first_heard, kNow);
  EXPECT_EQ(source.last_heard, kNow + seconds(50));
  EXPECT_NEAR(source.items_per_second, 0.1, 0.05);
  ASSERT_TRUE(source.sample);
  EXPECT_THAT(source.sample->text, HasSubstr("ahead"));
}

TEST_F(Sources, AClockThatIsOffIsSeen) {
  open();
  for (int i = 0; i < 5; ++i)
    post("/v1/traces", traces_request({span_bytes(clock_.now() + minutes(3))}),
         {{"Content-Type", "application/x-protobuf"}});
  ASSERT_TRUE(only().behind);
  EXPECT_NEAR(static_cast<double>(only().behind->ns) * 1e-9, -180, 1);
  EXPECT_THAT(source_metrics(doorway_), HasSubstr("nightjar_door_behind_seconds{door=\"otlp_http\"} -1"));
}

TEST_F(Sources, RefusalsAreCountedByReasonAndStrangersFillOneRow) {
  open({{"collector", to_hex(sha256("nj_c"))}});
  for (int i = 0; i < 30; ++i)
    post("/v1/traces", "", {{"Content-Type", "application/json"}, {"User-Agent", fmt::format("scanner/{}", i)}});
  EXPECT_EQ(only().key, (SourceKey{"unknown", Door::otlp_http, ""}));
  EXPECT_EQ(only().refused[static_cast<int>(RefusedWhy::unauthenticated)], 30u);
}

TEST_F(Sources, EveryDoorTellsOfItsSenders) {
  open({{"collector", to_hex(sha256("nj_c"))}});
  std::set<Door> doors;
  for (const Sender& sender : all_senders()) {
    const Sent sent = sent_by(sender, sender.body, has_own_secret(sender) ? kSecret : "nj_c");
    post(sender.path, sent.body, sent.headers);
    doors.insert(sender.door);
  }
  std::set<Door> seen;
  for (const auto& source : doorway_.sources.sources(clock_.now())) {
    EXPECT_NE(source.key.principal, "unknown") << word(source.key.door);
    seen.insert(source.key.door);
  }
  EXPECT_EQ(seen, doors);
}

TEST(SourceTable, HasABoundAndCountsWhatItForgets) {
  SourceTable table;
  for (int i = 0; i < 1'500; ++i)
    table.note_taken({"collector", Door::otlp_http, fmt::format("agent/{}", i)}, kNow + seconds(i), 1, 0, 10);
  EXPECT_EQ(table.sources(kNow).size(), 1'000u);
  EXPECT_EQ(table.evicted(), 500u);
}

TEST(SourceTable, RatesAreOfTheLastMinute) {
  SourceTable table;
  const SourceKey key{"collector", Door::otlp_http, ""};
  for (int i = 0; i < 300; ++i) table.note_taken(key, kNow + seconds(i), 10, 0, 1000);
  EXPECT_NEAR(table.sources(kNow + seconds(300))[0].items_per_second, 10, 0.5);
  EXPECT_NEAR(table.sources(kNow + seconds(300))[0].bytes_per_second, 1000, 50);
  EXPECT_EQ(table.sources(kNow + seconds(600))[0].items_per_second, 0);
}

TEST_F(Sources, TheRouteTellsAll) {
  doorway_.sources.note_taken({"collector", Door::otlp_grpc, "grpc-go/1.60"}, kNow, 3, 0, 100, kNow - seconds(2));
  Router router;
  add_sources_route(router, doorway_);
  server_ = *HttpServer::start({.address = "127.0.0.1:0"}, std::move(router));
  const auto reply = call_http({.url = fmt::format("http://127.0.0.1:{}/api/v1/sources", server_->port())});
  ASSERT_TRUE(reply.ok());
  const Json source = Json::parse(reply->body)["sources"].at(0);
  EXPECT_EQ(source["principal"], "collector");
  EXPECT_EQ(source["door"], "otlp_grpc");
  EXPECT_EQ(source["behind_seconds"], 2.0);
  EXPECT_TRUE(source["sample"].is_null());
}

}  // namespace
}  // namespace nightjar
