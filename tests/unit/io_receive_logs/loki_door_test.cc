// The door of Loki's clients: what Promtail, Alloy, Vector and Fluent Bit send and ask first.
#include "io/receive/loki.h"

#include "tests/unit/io_receive/door_fixture.h"
#include "wire/decode.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

class LokiDoor : public DoorTest {
 protected:
  void open_loki(std::vector<DoorToken> tokens = {}) {
    doorway_.tokens = std::move(tokens);
    Router router;
    add_loki_routes(router, doorway_);
    HttpServerSettings settings;
    settings.address = "127.0.0.1:0";
    settings.budget = &budget_;
    server_ = *HttpServer::start(settings, std::move(router));
  }
  static std::string json(Timestamp time = kNow) {
    return fmt::format(R"({{"streams":[{{"stream":{{"app":"cart"}},"values":[["{}","one"],["{}","two"]]}}]}})", kNow.ns,
                       time.ns);
  }
  static std::string protobuf() {
    std::string time, entry, stream, push;
    protozero::pbf_writer(time).add_int64(1, kNow.ns / 1'000'000'000);
    protozero::pbf_writer entry_writer(entry);
    entry_writer.add_message(1, time);
    entry_writer.add_string(2, "one");
    protozero::pbf_writer stream_writer(stream);
    stream_writer.add_string(1, R"({app="cart"})");
    stream_writer.add_message(2, entry);
    protozero::pbf_writer(push).add_message(1, stream);
    return push;
  }
};

TEST_F(LokiDoor, ProtobufAndJsonAreDurableBeforeTheyAreAnswered) {
  open_loki();
  EXPECT_EQ(post("/loki/api/v1/push", snap(protobuf()), {{"Content-Type", "application/x-protobuf"}}).status, 204);
  EXPECT_EQ(inbox_.last<SignalsArrived>().encoding, Encoding::loki_protobuf);
  EXPECT_EQ(inbox_.last<SignalsArrived>().body, protobuf());
  EXPECT_EQ(
      post("/loki/api/v1/push", json(), {{"Content-Type", "application/json"}, {"X-Scope-OrgID", "team-a"}}).status,
      204);
  const auto arrived = inbox_.last<SignalsArrived>();
  EXPECT_EQ(arrived.labels, (Attributes{{"loki.tenant", "team-a"}}));
  const auto signals = decode(arrived.encoding, arrived.body, arrived.verdict, arrived.labels);
  ASSERT_TRUE(signals.ok());
  EXPECT_EQ(find_attribute(signals->at(0).resource.attributes, "loki.tenant"), "team-a");
  EXPECT_EQ(post("/loki/api/v1/push", gzip(json()),
                 {{"Content-Type", "application/json; charset=utf-8"}, {"Content-Encoding", "gzip"}})
                .status,
            204);
  EXPECT_EQ(post("/api/prom/push", snap(protobuf()), {{"Content-Type", "application/x-protobuf"}}).status, 204);
  EXPECT_EQ(ledger_.counts(Door::loki).requests, 4u);
  EXPECT_EQ(ledger_.counts(Door::loki).items, 6u);
}

TEST_F(LokiDoor, OverloadIsA503ThatSaysWhenToComeBack) {
  open_loki();
  inbox_.refuse = unavailable("busy");
  const HttpReply reply = post("/loki/api/v1/push", json(), {{"Content-Type", "application/json"}});
  EXPECT_EQ(reply.status, 503);
  EXPECT_FALSE(find_header(reply.headers, "retry-after").empty());
}

TEST_F(LokiDoor, BadOnesAreKeptWithTheirReason) {
  open_loki();
  EXPECT_EQ(post("/loki/api/v1/push", "{", {{"Content-Type", "application/json"}}).status, 400);
  EXPECT_EQ(post("/loki/api/v1/push", "", {{"Content-Type", "application/json"}}).status, 400);
  EXPECT_EQ(post("/loki/api/v1/push", "not snappy", {{"Content-Type", "application/x-protobuf"}}).status, 400);
  EXPECT_EQ(post("/loki/api/v1/push", "x", {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(ledger_.refused_bodies().size(), 4u);
  EXPECT_EQ(inbox_.count(), 0u);
}

TEST_F(LokiDoor, ABadEntryCostsItselfAndIsTold) {
  open_loki();
  const HttpReply reply = post("/loki/api/v1/push", json(kNow + days(1)), {{"Content-Type", "application/json"}});
  EXPECT_EQ(reply.status, 204);
  EXPECT_THAT(std::string(find_header(reply.headers, "x-nightjar-rejected")), HasSubstr("1 of 2; entry 1 in stream 0"));
  EXPECT_EQ(ledger_.counts(Door::loki).items, 1u);
  EXPECT_EQ(ledger_.counts(Door::loki).rejected_items, 1u);
}

TEST_F(LokiDoor, AsksForATokenWhereThereAreTokens) {
  open_loki({{"alloy", to_hex(sha256("secret"))}});
  EXPECT_EQ(post("/loki/api/v1/push", json(), {{"Content-Type", "application/json"}}).status, 401);
  EXPECT_EQ(
      post("/loki/api/v1/push", json(), {{"Content-Type", "application/json"}, {"Authorization", "Bearer secret"}})
          .status,
      204);
  EXPECT_EQ(inbox_.last<SignalsArrived>().principal, "alloy");
}

TEST_F(LokiDoor, ReadyIsAskedFirst) {
  open_loki();
  const std::string url = fmt::format("http://127.0.0.1:{}/ready", server_->port());
  EXPECT_EQ(call_http({"GET", url, {}, ""})->status, 503);
  status_.ready = true;
  EXPECT_EQ(call_http({"GET", url, {}, ""})->status, 200);
}

}  // namespace
}  // namespace nightjar
