// Who may decide what, over a real socket: the answers, and the commands that reach the engine.
#include "io/serve/signed_link.h"
#include "tests/unit/io_serve/serve_fixture.h"

namespace nightjar {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const HttpHeaders kAda = {{"Authorization", "Bearer ada-token"}};
const HttpHeaders kBob = {{"Authorization", "Bearer bob-token"}};
const std::string kVote = R"({"plan_hash":")" + std::string(64, 'a') + R"(","reason":"seen it"})";

class Commands : public ServeTest {
 protected:
  void SetUp() override {
    ServeTest::SetUp();
    save({SaveIncident{ill_payment()}, SaveAction{waiting_rollback()}});
  }
  int post(std::string path, std::string body, HttpHeaders headers = {}) {
    const auto reply = call("POST", std::move(path), std::move(body), std::move(headers));
    EXPECT_TRUE(reply.ok()) << reply.status();
    body_ = reply->body;
    return reply->status;
  }
  std::string link_body(std::string decision, std::int64_t expires, std::string person = "ada",
                        std::string secret = "link-secret") {
    const Action action = waiting_rollback();
    return json{{"action", "act-7"},
                {"person", person},
                {"expires", expires},
                {"signature", sign_approval(secret, action.id, person, expires, action.plan_hash)},
                {"decision", decision}}
        .dump();
  }
  const std::int64_t later_ = kNow.ns / 1'000'000'000 + 600;
  std::string body_;
};

TEST_F(Commands, AnOperatorApproves) {
  EXPECT_EQ(post("/api/v1/actions/act-7/approve", kVote,
                 {{"Authorization", "Bearer ada-token"}, {"X-Nightjar-Client", "cli"}}),
            202);
  EXPECT_EQ(json::parse(body_)["state"], "approved");
  ASSERT_EQ(commands_.size(), 1u);
  EXPECT_EQ(commands_[0].person, "ada");
  const auto& approve = std::get<ApproveAction>(commands_[0].what);
  EXPECT_EQ(approve.action, ActionId{7});
  EXPECT_EQ(approve.plan_hash, std::string(64, 'a'));
  EXPECT_EQ(approve.via, ApprovalVia::cli);
}

TEST_F(Commands, AnOperatorRejects) {
  EXPECT_EQ(post("/api/v1/actions/act-7/reject", kVote, kAda), 202);
  EXPECT_EQ(std::get<RejectAction>(commands_[0].what).why, "seen it");
  EXPECT_EQ(post("/api/v1/actions/act-7/approve", kVote, kAda), 409);  // too late
}

TEST_F(Commands, NobodyElseDecides) {
  EXPECT_EQ(post("/api/v1/actions/act-7/approve", kVote), 401);
  EXPECT_EQ(post("/api/v1/actions/act-7/approve", kVote, {{"Authorization", "Bearer wrong"}}), 401);
  EXPECT_EQ(post("/api/v1/actions/act-7/approve", kVote, kBob), 403);
  EXPECT_EQ(post("/api/v1/actions/act-8/approve", kVote, kAda), 404);
  EXPECT_TRUE(commands_.empty());
}

TEST_F(Commands, AVoteBindsToThePlanTheStateAndTheTime) {
  EXPECT_EQ(post("/api/v1/actions/act-7/approve", "{}", kAda), 400);
  EXPECT_EQ(post("/api/v1/actions/act-7/approve", "[", kAda), 400);
  EXPECT_EQ(post("/api/v1/actions/act-7/approve", R"({"plan_hash":"other"})", kAda), 409);
  EXPECT_THAT(body_, HasSubstr("has changed since you read it"));
  clock_.advance(minutes(20));
  EXPECT_EQ(post("/api/v1/actions/act-7/approve", kVote, kAda), 409);
  EXPECT_THAT(body_, HasSubstr("expired"));
  EXPECT_TRUE(commands_.empty());
}

TEST_F(Commands, WhoMadeTheChangeDoesNotApproveTakingItBack) {
  Change change;
  change.id = {5};
  change.event.service = {"payment"};
  change.event.version = "2.4.1";
  change.event.author = "ada";
  Action action = waiting_rollback();
  action.change = change.id;
  save({SaveChange{change}, SaveAction{action}});
  EXPECT_EQ(post("/api/v1/actions/act-7/approve", kVote, kAda), 403);
  EXPECT_THAT(body_, HasSubstr("payment 2.4.1 is your own change: another person must approve"));
  EXPECT_EQ(post("/api/v1/links/approve", link_body("approve", later_)), 403);
  EXPECT_TRUE(commands_.empty());
  // To say no to one's own release being taken back is nobody's loss.
  EXPECT_EQ(post("/api/v1/actions/act-7/reject", kVote, kAda), 202);
}

TEST_F(Commands, TheEngineHasTheLastWord) {
  engine_takes_votes_ = false;
  EXPECT_EQ(post("/api/v1/actions/act-7/approve", kVote, kAda), 409);
  refuse_ = unavailable("the disk is full");
  EXPECT_EQ(post("/api/v1/actions/act-7/approve", kVote, kAda), 503);
}

TEST_F(Commands, ASignedLinkDecidesAsItsPerson) {
  EXPECT_EQ(post("/api/v1/links/approve", link_body("approve", later_)), 202) << body_;
  EXPECT_EQ(commands_[0].person, "ada");
  EXPECT_EQ(std::get<ApproveAction>(commands_[0].what).via, ApprovalVia::link);
}

TEST_F(Commands, LinksThatAreRefused) {
  EXPECT_EQ(post("/api/v1/links/approve", link_body("approve", later_, "ada", "guessed")), 403);
  EXPECT_EQ(post("/api/v1/links/approve", link_body("approve", kNow.ns / 1'000'000'000 - 1)), 403);
  EXPECT_EQ(post("/api/v1/links/approve", link_body("approve", later_, "bob")), 403);   // a responder
  EXPECT_EQ(post("/api/v1/links/approve", link_body("approve", later_, "gone")), 403);  // has left
  EXPECT_EQ(post("/api/v1/links/approve", link_body("run", later_)), 400);
  EXPECT_EQ(post("/api/v1/links/approve", R"({"decision":"approve"})"), 400);
  EXPECT_EQ(post("/api/v1/links/approve", ""), 400);
  Action changed = waiting_rollback();
  changed.plan_hash = std::string(64, 'b');
  save({SaveAction{changed}});
  EXPECT_EQ(post("/api/v1/links/approve", link_body("approve", later_)), 403);
  EXPECT_TRUE(commands_.empty());
  // Opening a link shows a page and does nothing.
  EXPECT_EQ(call("GET", "/approve?action=act-7&person=ada&expires=1&signature=x")->status, 200);
  EXPECT_EQ(call("GET", "/api/v1/links/approve")->status, 405);
  EXPECT_TRUE(commands_.empty());
}

TEST_F(Commands, AcknowledgeAndKillSwitch) {
  EXPECT_EQ(post("/api/v1/incidents/inc-1/acknowledge", "", kBob), 202);
  EXPECT_EQ(json::parse(body_)["acknowledged_by"], "bob");
  EXPECT_EQ(post("/api/v1/incidents/inc-2/acknowledge", "", kBob), 404);
  EXPECT_EQ(post("/api/v1/kill-switch", R"({"on":true,"reason":"storm"})", kBob), 202);
  EXPECT_TRUE(std::get<SetKillSwitch>(commands_.back().what).on);
  EXPECT_EQ(post("/api/v1/kill-switch", R"({"on":false})", kBob), 403);  // on is a responder's, off is not
  EXPECT_EQ(post("/api/v1/kill-switch", R"({"on":false})", kAda), 202);
  EXPECT_EQ(post("/api/v1/kill-switch", R"({"on":"yes"})", kAda), 400);
  EXPECT_EQ(post("/api/v1/kill-switch", R"({"on":true})"), 401);
}

TEST_F(Commands, WhoAmI) {
  const auto reply = call("GET", "/api/v1/whoami", "", kAda);
  EXPECT_EQ(reply->body, R"({"name":"ada","roles":["operator"]})");
  EXPECT_EQ(call("GET", "/api/v1/whoami")->status, 401);
}

}  // namespace
}  // namespace nightjar
