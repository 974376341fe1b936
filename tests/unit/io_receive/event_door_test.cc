// Any tool's webhooks over real sockets: taken by a mapping, or kept whole and tried again.
#include "io/receive/event_door.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "io/receive/ledger_routes.h"
#include "tests/unit/io_receive/door_fixture.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

class EventDoorTest : public DoorTest {
 protected:
  EventDoorTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nightjar-kept-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    kept_ = *KeptBodies::open(folder_ + "/kept");
  }
  ~EventDoorTest() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  static Mapping deploys(const std::string& service) {
    Mapping mapping{.kind = MappedKind::change};
    mapping.fields["service"].push_back(*MappedSource::parse(service));
    mapping.fields["version"].push_back(*MappedSource::parse("$.tag"));
    return mapping;
  }
  void start(EventSources sources) {
    Router router;
    add_event_routes(router, doorway_, std::move(sources), *kept_);
    add_refused_route(router, ledger_, *kept_);
    server_ = *HttpServer::start({.address = "127.0.0.1:0", .budget = &budget_}, std::move(router));
  }
  std::string kept_ids() {
    const auto reply = call_http({"GET", fmt::format("http://127.0.0.1:{}/api/v1/refused", server_->port())});
    std::string ids;
    const auto answer = nlohmann::json::parse(reply->body);
    for (const auto& one : answer["kept"]) ids += one["id"].get<std::string>() + " ";
    return ids;
  }
  std::string folder_;
  std::unique_ptr<KeptBodies> kept_;
};

TEST_F(EventDoorTest, MappedBodyIsAChange) {
  start({{"tool", {"", {deploys("$.app")}}}});
  const HttpReply reply = post("/api/v1/events/tool", R"({"app": "cart", "tag": "1.4"})", {});
  EXPECT_EQ(reply.status, 202) << reply.body;
  EXPECT_EQ(reply.body, R"({"accepted":1,"ignored":0,"refused_total":0,"status":"taken"})");
  EXPECT_EQ(inbox_.last<ChangeArrived>().event.service.value, "cart");
  EXPECT_EQ(inbox_.priorities.back(), Priority::control);
  EXPECT_EQ(ledger_.counts(Door::events).items, 1u);
  inbox_.refuse = unavailable("full");
  const HttpReply full = post("/api/v1/events/tool", R"({"app": "cart", "tag": "1.5"})", {});
  EXPECT_EQ(full.status, 503);
  EXPECT_FALSE(find_header(full.headers, "retry-after").empty());
}

TEST_F(EventDoorTest, BodyThatFitsNothingOutlivesARestartAndIsTriedAgain) {
  start({{"tool", {"", {deploys("$.app")}}}});
  const HttpReply reply = post("/api/v1/events/tool", R"({"application": "cart", "tag": "1.4"})", {});
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("kept whole as ref-1"));
  EXPECT_EQ(post("/api/v1/events/other", "not even JSON", {}).status, 400);
  EXPECT_EQ(inbox_.count(), 0u);
  EXPECT_EQ(ledger_.counts(Door::events).refused[static_cast<std::size_t>(RefusedWhy::undecodable)], 2u);
  EXPECT_EQ(post("/api/v1/refused/ref-1/redrive", "{}", {}).status, 400);  // it still fits nothing
  EXPECT_EQ(kept_ids(), "ref-2 ref-1 ");

  server_.reset();
  kept_ = *KeptBodies::open(folder_ + "/kept");
  start({{"tool", {"", {deploys("$.application")}}}});
  EXPECT_EQ(kept_ids(), "ref-2 ref-1 ");
  clock_.advance(hours(1));
  const HttpReply again = post("/api/v1/refused/ref-1/redrive", "{}", {});
  EXPECT_EQ(again.status, 202) << again.body;
  EXPECT_EQ(inbox_.last<ChangeArrived>().event.started_at, kNow);  // when it came, not when it was tried again
  EXPECT_EQ(kept_ids(), "ref-2 ");
  EXPECT_EQ(post("/api/v1/refused/ref-1/redrive", "{}", {}).status, 404);
  EXPECT_EQ(post("/api/v1/events/tool", "{}", {}).status, 400);
  EXPECT_EQ(kept_ids(), "ref-3 ref-2 ");
}

TEST_F(EventDoorTest, SourceMayHaveATokenOfItsOwn) {
  doorway_.tokens = {{"all", to_hex(sha256("common"))}};
  start({{"tool", {to_hex(sha256("own")), {deploys("$.app")}}}});
  const std::string body = R"({"app": "cart", "tag": "1.4"})";
  EXPECT_EQ(post("/api/v1/events/tool", body, {}).status, 401);
  EXPECT_EQ(post("/api/v1/events/tool", body, {{"Authorization", "Bearer common"}}).status, 401);
  EXPECT_EQ(post("/api/v1/events/tool", body, {{"Authorization", "Bearer own"}}).status, 202);
  EXPECT_EQ(post("/api/v1/events/tool?token=own", body, {}).status, 202);
  EXPECT_EQ(post("/api/v1/events/unknown", body, {{"Authorization", "Bearer own"}}).status, 401);
  EXPECT_EQ(post("/api/v1/refused/ref-1/redrive", "{}", {{"Authorization", "Bearer own"}}).status, 401);
  EXPECT_EQ(kept_ids(), "");
}

TEST_F(EventDoorTest, OneSourceDoesNotPushOutAnother) {
  for (std::size_t i = 0; i < KeptBodies::kOfSource + 20; ++i)
    ASSERT_TRUE(kept_->keep({.source = i == 0 ? "quiet" : "loud", .at = kNow, .why = "w", .body = "b"}).ok());
  const auto all = kept_->list();
  EXPECT_EQ(all.size(), KeptBodies::kOfSource + 1);
  EXPECT_EQ(all.back().source, "quiet");
  EXPECT_EQ(kept_->read("ref-1")->body, "b");
  EXPECT_FALSE(kept_->read("ref-2").ok());
  for (const char* id : {"", "ref-", "1", "ref-x", "ref-99999999999999999999", "../ref-1"})
    EXPECT_FALSE(kept_->read(id).ok()) << id;
}

}  // namespace
}  // namespace nightjar
