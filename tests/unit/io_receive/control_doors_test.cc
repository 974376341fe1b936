// Alerts, changes and GitHub's webhooks over real sockets.
#include "base/hash.h"
#include "tests/unit/io_receive/door_fixture.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

const HttpHeaders kJsonType = {{"Content-Type", "application/json"}};

class Alerts : public DoorTest {};

TEST_F(Alerts, ApiTakesTheGoodAndNamesTheBad) {
  open();
  const HttpReply reply =
      post("/api/v2/alerts",
           R"([{"labels":{"alertname":"HighErrors","service":"payment"},"startsAt":"2026-11-24T22:50:00Z"}, null])",
           kJsonType);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("\"accepted\":1"));
  EXPECT_THAT(reply.body, HasSubstr("\"index\":1"));
  const auto arrived = inbox_.last<AlertsArrived>();
  ASSERT_EQ(arrived.alerts.size(), 1u);
  EXPECT_EQ(arrived.alerts[0].name, "HighErrors");
  EXPECT_EQ(arrived.alerts[0].service.value, "payment");
  EXPECT_EQ(inbox_.priorities.back(), Priority::control);
  EXPECT_EQ(ledger_.counts(Door::alertmanager_api).rejected_items, 1u);
}

TEST_F(Alerts, NothingGoodIs400) {
  open();
  EXPECT_EQ(post("/api/v2/alerts", "[null]", kJsonType).status, 400);
  EXPECT_EQ(post("/api/v2/alerts", "{", kJsonType).status, 400);
  EXPECT_EQ(post("/api/v2/alerts", "[]", kJsonType).status, 200);
  EXPECT_EQ(inbox_.count(), 0u);
}

TEST_F(Alerts, WebhookOfAnAlertmanager) {
  open();
  const HttpReply reply =
      post("/api/v1/webhooks/alertmanager", R"({"version":"4","status":"firing","receiver":"nightjar","alerts":[
      {"status":"firing","labels":{"alertname":"Down","job":"cart"},"startsAt":"2026-11-24T22:50:00Z","endsAt":"0001-01-01T00:00:00Z"}]})",
           kJsonType);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(inbox_.last<AlertsArrived>().alerts.at(0).ends_at, std::nullopt);
  inbox_.refuse = unavailable("starting");
  EXPECT_EQ(post("/api/v2/alerts", R"([{"labels":{"alertname":"A"}}])", kJsonType).status, 503);
}

TEST_F(Alerts, GzipIsTakenAndABombIsNot) {
  open();
  const HttpHeaders headers = {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}};
  EXPECT_EQ(post("/api/v2/alerts", gzip(R"([{"labels":{"alertname":"A"}}])"), headers).status, 200);
  EXPECT_EQ(post("/api/v2/alerts", gzip(std::string(80u << 20, ' ')), headers).status, 413);
}

class Changes : public DoorTest {};

TEST_F(Changes, AnnouncedChangeIsNamedOnceApplied) {
  status_.set_applied(1);
  open({}, {.change_of = [](const std::string&) { return ChangeId{7}; }});
  const HttpReply reply = post("/api/v1/changes", R"({"service":"payment","version":"2.4.1","id":"build-17"})", {});
  EXPECT_EQ(reply.status, 202) << reply.body;
  EXPECT_EQ(reply.body, R"({"id":"chg-7","sequence":1,"status":"taken"})");
  const auto arrived = inbox_.last<ChangeArrived>();
  EXPECT_EQ(arrived.event.service.value, "payment");
  EXPECT_EQ(arrived.event.version, "2.4.1");
  EXPECT_EQ(inbox_.priorities.back(), Priority::control);
}

TEST_F(Changes, MistakesAreNamed) {
  open();
  const HttpReply reply = post("/api/v1/changes", R"({"service":"payment","verison":"2.4.1"})", {});
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("verison"));
  EXPECT_EQ(post("/api/v1/changes", "", {}).status, 400);
  EXPECT_EQ(post("/api/v1/changes", std::string((1 << 20) + 1, ' '), {}).status, 413);
  EXPECT_EQ(inbox_.count(), 0u);
}

class Github : public DoorTest {
 protected:
  HttpReply deliver(const std::string& body, const std::string& signature, std::string event = "push") {
    HttpHeaders headers = {
        {"Content-Type", "application/json"}, {"X-GitHub-Event", event}, {"X-GitHub-Delivery", "d-1"}};
    if (!signature.empty()) headers.emplace_back("X-Hub-Signature-256", signature);
    return post("/api/v1/webhooks/github", body, headers);
  }
  static std::string sign(const std::string& body, const std::string& secret = "s3cret") {
    return "sha256=" + to_hex(hmac_sha256(secret, body));
  }
  const std::string push_ = R"({"ref":"refs/heads/main","after":"0123456789abcdef0123456789abcdef01234567",
      "repository":{"full_name":"shop/payment","default_branch":"main"},"commits":[],"pusher":{"name":"ada"}})";
};

TEST_F(Github, SignedPushIsAChange) {
  open();
  const HttpReply reply = deliver(push_, sign(push_));
  EXPECT_EQ(reply.status, 202) << reply.body;
  EXPECT_EQ(inbox_.last<ChangeArrived>().event.kind, ChangeKind::push);
  EXPECT_EQ(inbox_.last<ChangeArrived>().event.repository, "shop/payment");
}

TEST_F(Github, UnsignedWronglySignedAndReplayedOverAnotherBodyAreRefused) {
  open();
  EXPECT_EQ(deliver(push_, "").status, 401);
  EXPECT_EQ(deliver(push_, sign(push_, "other")).status, 401);
  EXPECT_EQ(deliver(push_ + " ", sign(push_)).status, 401);
  EXPECT_EQ(deliver(push_, "sha256=").status, 401);
  EXPECT_EQ(deliver(push_, "sha1=" + std::string(40, 'a')).status, 401);
  EXPECT_EQ(inbox_.count(), 0u);
  EXPECT_EQ(ledger_.counts(Door::github).refused[static_cast<int>(RefusedWhy::unauthenticated)], 5u);
}

TEST_F(Github, EventsOfNoInterestAreASuccess) {
  open();
  const HttpReply reply = deliver("{\"zen\":\"x\"}", sign("{\"zen\":\"x\"}"), "ping");
  EXPECT_EQ(reply.status, 202);
  EXPECT_THAT(reply.body, HasSubstr("ignored"));
  EXPECT_EQ(deliver("{}", sign("{}"), "star").status, 202);
  EXPECT_EQ(ledger_.counts(Door::github).ignored, 2u);
  EXPECT_EQ(inbox_.count(), 0u);
}

TEST_F(Github, WithoutASecretTheDoorIsClosed) {
  open_with({}, {}, {});
  EXPECT_EQ(deliver(push_, sign(push_, "")).status, 403);
}

}  // namespace
}  // namespace nightjar
