// What every destination promises, each against its fake service behind a real socket.
#include <memory>

#include "base/hash.h"
#include "base/text.h"
#include "io/send/destinations.h"
#include "io/send/email.h"
#include "io/send/slack.h"
#include "tests/unit/io_send/fake_services.h"

namespace nightjar {
namespace {

const ManualClock kClock{Timestamp{1'800'000'000'000'000'000}};

Delivery delivery(std::uint64_t id, DeliveryOperation operation, const std::string& ref = "") {
  return {.id = {id},
          .incident = {12},
          .destination = "d",
          .operation = operation,
          .reason = NotifyReason::first_notification,
          .thread = "inc-12",
          .external_ref = ref,
          .message = {.title = "payment fails 2.9 % of requests",
                      .paragraphs = {"Since 03:12:40.\nLikely cause: payment 2.4.1."},
                      .facts = {{"Service", "payment"}, {"Cause", "payment 2.4.1"}},
                      .links = {{"Approve", "http://127.0.0.1:8080/approve?action=act-7&person=ada"},
                                {"Open incident", "http://127.0.0.1:8080/incidents/inc-12"}}}};
}

// A destination with the service behind it. `messages()`: top-level messages people see (issues, mails, …).
struct Service {
  virtual ~Service() = default;
  virtual DestinationRecord record() = 0;
  virtual std::size_t messages() = 0;
  virtual void be_unavailable() = 0;
  virtual void be_forbidden() = 0;
  virtual std::string everything() = 0;  // as it was received
};

struct SlackService : Service {
  FakeSlack slack;
  DestinationRecord record() override {
    return {.name = "d",
            .kind = "slack",
            .url = slack.http.url() + "/api",
            .channel = "#oncall",
            .token = Secret("xoxb-secret")};
  }
  std::size_t messages() override { return slack.messages().size(); }
  void be_unavailable() override { slack.http.misbehave(Misbehaviour::unavailable); }
  void be_forbidden() override { slack.http.misbehave(Misbehaviour::forbidden); }
  std::string everything() override {
    std::string all;
    for (const auto& request : slack.http.requests()) all += request.body;
    return all;
  }
};

struct GithubService : Service {
  FakeGithub github;
  DestinationRecord record() override {
    return {.name = "d",
            .kind = "github_issues",
            .url = github.http.url(),
            .repository = "shop/shop",
            .token = Secret("ghp-secret")};
  }
  std::size_t messages() override { return github.issues().size(); }
  void be_unavailable() override { github.http.misbehave(Misbehaviour::unavailable); }
  void be_forbidden() override { github.http.misbehave(Misbehaviour::forbidden); }
  std::string everything() override {
    std::string all;
    for (const auto& request : github.http.requests()) all += request.body;
    return all;
  }
};

struct MailService : Service {
  FakeMail mail;
  DestinationRecord record() override {
    return {
        .name = "d", .kind = "email", .smtp = mail.address(), .from = "nightjar@shop.test", .to = {"oncall@shop.test"}};
  }
  std::size_t messages() override { return mail.mails().size(); }
  void be_unavailable() override { mail.refuse("451 later"); }
  void be_forbidden() override { mail.refuse("550 no"); }
  std::string everything() override {
    std::string all;
    for (const auto& text : mail.mails()) all += text;
    return all;
  }
};

struct WebhookService : Service {
  FakeHttp http{[](const FakeRequest&) { return std::pair(200, std::string(R"({"external_ref":"ref-1"})")); }};
  DestinationRecord record() override {
    return {.name = "d", .kind = "webhook", .url = http.url() + "/hook/s3cr3t", .token = Secret("signing-key")};
  }
  std::size_t messages() override { return http.requests().size(); }
  void be_unavailable() override { http.misbehave(Misbehaviour::unavailable); }
  void be_forbidden() override { http.misbehave(Misbehaviour::forbidden); }
  std::string everything() override {
    std::string all;
    for (const auto& request : http.requests()) all += request.body;
    return all;
  }
};

class DestinationContract : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string_view kind = GetParam();
    if (kind == "slack") service_ = std::make_unique<SlackService>();
    if (kind == "github_issues") service_ = std::make_unique<GithubService>();
    if (kind == "email") service_ = std::make_unique<MailService>();
    if (kind == "webhook") service_ = std::make_unique<WebhookService>();
    record_ = service_->record();
    record_.egress.allow_private = true;
    make();
  }
  void make() {
    auto made = make_destination(record_, kClock);
    ASSERT_TRUE(made.ok()) << made.status();
    destination_ = std::move(*made);
  }
  std::unique_ptr<Service> service_;
  DestinationRecord record_;
  std::unique_ptr<Destination> destination_;
};

TEST_P(DestinationContract, CreatesAndThenUpdates) {
  const auto created = destination_->deliver(delivery(1, DeliveryOperation::create));
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_FALSE(created->external_ref.empty());
  EXPECT_EQ(service_->messages(), 1u);
  std::uint64_t id = 2;
  for (const auto operation : {DeliveryOperation::update, DeliveryOperation::comment, DeliveryOperation::close}) {
    const auto later = destination_->deliver(delivery(id++, operation, created->external_ref));
    ASSERT_TRUE(later.ok()) << later.status();
    EXPECT_EQ(later->external_ref, created->external_ref) << "a thread keeps its name";
  }
}

TEST_P(DestinationContract, SaysWhetherTryingAgainCanHelp) {
  service_->be_unavailable();
  EXPECT_EQ(destination_->deliver(delivery(1, DeliveryOperation::create)).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(service_->messages(), GetParam() == std::string_view("webhook") ? 1u : 0u);
  service_->be_forbidden();
  const absl::Status refused = destination_->deliver(delivery(2, DeliveryOperation::create)).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition) << refused;
  EXPECT_TRUE(destination_->deliver(delivery(3, DeliveryOperation::create)).ok());
}

TEST_P(DestinationContract, NobodyListens) {
  if (record_.kind == "email") {
    record_.smtp = "127.0.0.1:1";
  } else {
    record_.url = "http://127.0.0.1:1";
  }
  make();
  EXPECT_EQ(destination_->deliver(delivery(1, DeliveryOperation::create)).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_P(DestinationContract, LoopbackOnlyWhenTheRecordSaysSo) {
  record_.egress.allow_private = false;
  auto made = make_destination(record_, kClock);
  absl::Status status = made.status();
  if (made.ok()) status = (*made)->deliver(delivery(1, DeliveryOperation::create)).status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(message_of(status)), testing::HasSubstr("allow_private"));
  EXPECT_EQ(service_->messages(), 0u);
}

TEST_P(DestinationContract, ErrorsHoldNoSecret) {
  service_->be_forbidden();
  const std::string message(message_of(destination_->deliver(delivery(1, DeliveryOperation::create)).status()));
  for (const char* secret : {"xoxb-secret", "ghp-secret", "s3cr3t", "signing-key"}) {
    EXPECT_THAT(message, testing::Not(testing::HasSubstr(secret)));
  }
}

// Anything may stand in telemetry. It must arrive as text, and the message must still be one the service can take.
TEST_P(DestinationContract, TakesHostileText) {
  Delivery hostile = delivery(1, DeliveryOperation::create);
  const std::string text = std::string(
                               "<!channel> <script>alert(1)</script> @everyone [x](http://evil) "
                               "![i](http://evil/i.png)\r\nBcc: a@b\r\n.\r\n") +
                           "\xFF\xC0\x80 \xE2\x80\xAE --> */ \" ' ` " + std::string(100'000, 'x');
  hostile.message.title = text;
  hostile.message.paragraphs = std::vector<std::string>(100, text);
  hostile.message.facts = std::vector<std::pair<std::string, std::string>>(100, {text, text});
  hostile.message.links = {{text, "javascript:alert(1)"}, {"x", "http://a/\"><script>"}, {"ok", "http://127.0.0.1/ok"}};
  const auto delivered = destination_->deliver(hostile);
  ASSERT_TRUE(delivered.ok()) << delivered.status();
  EXPECT_THAT(service_->everything(), testing::Not(testing::HasSubstr("javascript:")));
}

INSTANTIATE_TEST_SUITE_P(All, DestinationContract, testing::Values("slack", "github_issues", "email", "webhook"),
                         [](const auto& info) { return std::string(info.param); });

// An answer that got lost makes no second issue and no second comment.
TEST(GithubIssues, ARetryMakesNoSecondIssue) {
  GithubService service;
  DestinationRecord record = service.record();
  record.egress.allow_private = true;
  const auto destination = *make_destination(record, kClock);
  for (int i = 0; i < 5; ++i) {
    const auto created = destination->deliver(delivery(1, DeliveryOperation::create));
    ASSERT_TRUE(created.ok());
    EXPECT_EQ(created->external_ref, "1");
    EXPECT_EQ(created->url, "http://github.test/shop/shop/issues/1");
    ASSERT_TRUE(destination->deliver(delivery(2, DeliveryOperation::comment, "1")).ok());
  }
  EXPECT_EQ(service.github.issues().size(), 1u);
  EXPECT_EQ(service.github.comments(), 1u);
  EXPECT_THAT(service.github.issues()[0]["body"].get<std::string>(), testing::HasSubstr("<!-- nightjar:inc-12 -->"));
  Delivery other = delivery(3, DeliveryOperation::create);
  other.thread = "inc-1";  // whose marker is no part of inc-12's
  EXPECT_EQ(destination->deliver(other)->external_ref, "2");
  ASSERT_TRUE(destination->deliver(delivery(4, DeliveryOperation::close, "1")).ok());
  EXPECT_EQ(service.github.issues()[0]["state"], "closed");
}

// GitHub makes a label that is not there, Gitea wants it made, and refuses names with a new issue.
TEST(GithubIssues, TheLabelComesToGithubAndToGitea) {
  for (const bool gitea : {false, true}) {
    GithubService service;
    service.github.gitea = gitea;
    DestinationRecord record = service.record();
    record.egress.allow_private = true;
    const auto destination = *make_destination(record, kClock);
    for (int i = 0; i < 3; ++i) {
      const auto created = destination->deliver(delivery(1, DeliveryOperation::create));
      ASSERT_TRUE(created.ok()) << created.status();
    }
    ASSERT_EQ(service.github.issues().size(), 1u);
    const auto labels = service.github.issues()[0]["labels"];
    ASSERT_EQ(labels.size(), 1u) << (gitea ? "gitea" : "github");
    EXPECT_EQ(labels[0]["name"], "nightjar");
  }
}

// A ticket without its label is a ticket.
TEST(GithubIssues, ALabelThatIsRefusedCostsNothing) {
  FakeHttp http{[](const FakeRequest& request) -> std::pair<int, std::string> {
    if (request.method == "GET") return {200, "[]"};
    if (request.target.ends_with("/labels")) return {403, R"({"message":"write permission is required"})"};
    return {201, R"({"number":5,"html_url":"http://github.test/shop/shop/issues/5","labels":[]})"};
  }};
  DestinationRecord record{.name = "d",
                           .kind = "github_issues",
                           .url = http.url(),
                           .repository = "shop/shop",
                           .token = Secret("ghp-secret"),
                           .egress = {.allow_private = true}};
  const auto created = (*make_destination(record, kClock))->deliver(delivery(1, DeliveryOperation::create));
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->external_ref, "5");
}

TEST(GithubIssues, FollowsNoRedirectAndBelievesNoGarbage) {
  GithubService service;
  DestinationRecord record = service.record();
  record.egress.allow_private = true;
  const auto destination = *make_destination(record, kClock);
  service.github.http.misbehave(Misbehaviour::redirect);
  EXPECT_EQ(destination->deliver(delivery(1, DeliveryOperation::create)).status().code(),
            absl::StatusCode::kFailedPrecondition);
  service.github.http.misbehave(Misbehaviour::garbage);
  EXPECT_EQ(destination->deliver(delivery(1, DeliveryOperation::create)).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST(Slack, BlocksAreWithinItsLimitsAndPlain) {
  Message message = delivery(1, DeliveryOperation::create).message;
  message.title = std::string(500, 't');
  message.paragraphs = std::vector<std::string>(60, std::string(5000, 'p') + "<!channel>");
  message.facts = std::vector<std::pair<std::string, std::string>>(60, {"l", std::string(5000, 'f')});
  const auto blocks = slack_blocks(message);
  EXPECT_LE(blocks.size(), 50u);
  for (const auto& block : blocks) {
    if (block["type"] == "header") {
      EXPECT_LE(block["text"]["text"].get<std::string>().size(), 150u);
    }
    if (block.contains("text")) {
      EXPECT_EQ(block["text"]["type"], "plain_text");
      EXPECT_LE(block["text"]["text"].get<std::string>().size(), 3000u);
    }
    if (block.contains("fields")) {
      EXPECT_LE(block["fields"].size(), 10u);
      for (const auto& field : block["fields"]) EXPECT_LE(field["text"].get<std::string>().size(), 2000u);
    }
  }
  const auto& buttons = blocks.back()["elements"];
  ASSERT_EQ(buttons.size(), 2u);
  EXPECT_EQ(buttons[0]["style"], "primary");
  EXPECT_EQ(buttons[0]["url"], "http://127.0.0.1:8080/approve?action=act-7&person=ada");
}

TEST(Slack, TellsItsOwnErrorsApart) {
  std::string error = "ratelimited";
  FakeHttp http([&](const FakeRequest&) { return std::pair(200, R"({"ok":false,"error":")" + error + "\"}"); });
  DestinationRecord record{.name = "d", .kind = "slack", .url = http.url(), .channel = "#c", .egress = {true}};
  const auto slack = *make_destination(record, kClock);
  EXPECT_EQ(slack->deliver(delivery(1, DeliveryOperation::create)).status().code(), absl::StatusCode::kUnavailable);
  error = "channel_not_found";
  EXPECT_EQ(slack->deliver(delivery(1, DeliveryOperation::create)).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(Email, ThreadsAndSaysWhoItIs) {
  DestinationRecord record{.name = "mail",
                           .kind = "email",
                           .smtp = "x:25",
                           .from = "nightjar@shop.test",
                           .to = {"a@shop.test", "b@shop.test"}};
  const Delivery first = delivery(1, DeliveryOperation::create);
  const std::string mail = mail_text(record, first, kClock.now());
  EXPECT_THAT(mail, testing::HasSubstr("Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n"));
  EXPECT_THAT(mail, testing::HasSubstr("To: a@shop.test, b@shop.test\r\n"));
  EXPECT_THAT(mail, testing::HasSubstr("Subject: [inc-12] payment fails 2.9 % of requests\r\n"));
  EXPECT_THAT(mail, testing::HasSubstr("Message-ID: <ntf-1."));
  EXPECT_EQ(message_id(record, first), message_id(record, first)) << "the same notification is the same mail";
  const std::string reply =
      mail_text(record, delivery(2, DeliveryOperation::update, message_id(record, first)), kClock.now());
  EXPECT_THAT(reply, testing::HasSubstr("In-Reply-To: " + message_id(record, first) + "\r\n"));
  EXPECT_THAT(reply, testing::HasSubstr("References: " + message_id(record, first) + "\r\n"));
  for (std::size_t at = mail.find('\n'); at != std::string::npos; at = mail.find('\n', at + 1))
    EXPECT_EQ(mail[at - 1], '\r');
}

TEST(Email, HeadersCannotBeAddedToByItsText) {
  DestinationRecord record{
      .name = "mail", .kind = "email", .smtp = "x:25", .from = "nightjar@shop.test", .to = {"a@shop.test"}};
  Delivery hostile = delivery(1, DeliveryOperation::update, "<a>\r\nBcc: evil@evil");
  hostile.message.title = "x\r\nBcc: evil@evil\r\n\r\nbody ü";
  const std::string mail = mail_text(record, hostile, kClock.now());
  const std::string head = mail.substr(0, mail.find("\r\n\r\n"));
  EXPECT_EQ(head.find("\r\nBcc:"), std::string::npos) << head;
}

TEST(Webhook, IsSignedAndCanBeToldFromItsRepeat) {
  WebhookService service;
  DestinationRecord record = service.record();
  record.egress.allow_private = true;
  const auto destination = *make_destination(record, kClock);
  const auto delivered = destination->deliver(delivery(5, DeliveryOperation::create));
  ASSERT_TRUE(delivered.ok());
  EXPECT_EQ(delivered->external_ref, "ref-1");
  const FakeRequest request = service.http.requests().at(0);
  EXPECT_THAT(request.head, testing::HasSubstr("Idempotency-Key: ntf-5"));
  EXPECT_THAT(request.head, testing::HasSubstr("X-Nightjar-Signature-256: sha256=" +
                                               to_hex(hmac_sha256("signing-key", request.body))));
}

TEST(Destinations, SayWhatIsWrongWithTheirRecord) {
  const auto error = [](DestinationRecord record) {
    const auto made = make_destination(record, kClock);
    return made.ok() ? std::string("none") : std::string(message_of(made.status()));
  };
  EXPECT_EQ(error({.name = "a", .kind = "slcak", .url = "https://x"}),
            "destination a: unknown kind \"slcak\": slack, email, github_issues or webhook");
  EXPECT_EQ(error({.name = "a", .kind = "slack", .url = "https://x"}), "destination a: channel is missing");
  EXPECT_EQ(error({.name = "a", .kind = "webhook", .url = "file:///etc/passwd", .egress = {true}}),
            "destination a: url only https:// is called, unless the destination has allow_private: true");
  EXPECT_EQ(error({.name = "a", .kind = "github_issues", .url = "https://x", .repository = "a/../b"}),
            "destination a: repository must be owner/name");
  EXPECT_EQ(error({.name = "a", .kind = "email", .smtp = "x:25", .from = "a@b\r\nBcc: c@d", .to = {"x@y"}}),
            "destination a: from must be a mail address");
}

}  // namespace
}  // namespace nightjar
