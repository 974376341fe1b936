// The doors of deploy tools, forges and ticket systems over real sockets. What docs/senders promises is posted as it
// stands there.
#include <fstream>
#include <sstream>

#include "base/hash.h"
#include "tests/unit/io_receive/door_fixture.h"

namespace nightjar {
namespace {

using ::testing::HasSubstr;

struct Delivered {
  std::string path, body;
  HttpHeaders headers;
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// Every ```http block of the page, with the placeholders filled in as a sender would.
std::vector<Delivered> deliveries_in(const std::string& page, const std::string& secret) {
  std::ifstream file(std::string(NIGHTJAR_SOURCE_DIR) + "/docs/senders/" + page);
  std::vector<Delivered> found;
  for (std::string line; std::getline(file, line);) {
    if (line != "```http") continue;
    Delivered one;
    std::getline(file, line);
    EXPECT_TRUE(line.starts_with("POST ")) << line;
    one.path = replaced(line.substr(5), "<token>", secret);
    std::vector<std::string> headers;
    while (std::getline(file, line) && !line.empty()) headers.push_back(line);
    while (std::getline(file, line) && line != "```") one.body += line;
    for (const std::string& header : headers) {
      const std::size_t colon = header.find(": ");
      std::string value = replaced(header.substr(colon + 2), "<token>", secret);
      value = replaced(value, "<HMAC of the body>", to_hex(hmac_sha256(secret, one.body)));
      one.headers.emplace_back(header.substr(0, colon), value);
    }
    found.push_back(std::move(one));
  }
  return found;
}

class Webhooks : public DoorTest {
 protected:
  HttpReply deliver(const Delivered& one) { return post(one.path, one.body, one.headers); }
};

TEST_F(Webhooks, WhatTheDocumentationShowsOfChangesIsTaken) {
  open();
  const auto deliveries = deliveries_in("changes.md", "s3cret");
  ASSERT_EQ(deliveries.size(), 8u);
  std::map<ChangeSource, ChangeEvent> newest;
  for (const Delivered& one : deliveries) {
    const std::size_t before = inbox_.count();
    const HttpReply reply = deliver(one);
    EXPECT_EQ(reply.status, 202) << one.path << " " << reply.body;
    ASSERT_EQ(inbox_.count(), before + 1) << one.path << " " << reply.body;
    const ChangeEvent event = inbox_.last<ChangeArrived>().event;
    EXPECT_EQ(inbox_.priorities.back(), Priority::control);
    newest.emplace(event.source, event);
  }
  ASSERT_EQ(newest.size(), 7u) << "one of each sender";
  EXPECT_EQ(newest[ChangeSource::github].repository, "shop/payment");
  EXPECT_EQ(newest[ChangeSource::gitlab].version, "1.0.0");
  EXPECT_EQ(newest[ChangeSource::gitea].version, "2.4.1");
  EXPECT_EQ(newest[ChangeSource::jenkins].application, "shop/deploy-payment");
  EXPECT_EQ(newest[ChangeSource::argocd].version, "2.4.1");
  EXPECT_EQ(newest[ChangeSource::flux].version, "2.4.1");
  EXPECT_EQ(newest[ChangeSource::cdevents].version, "2.4.1");
  EXPECT_EQ(ledger_.counts(Door::cdevents).items, 2u);
}

TEST_F(Webhooks, WhatTheDocumentationShowsOfTicketsIsTaken) {
  open();
  const auto deliveries = deliveries_in("tickets.md", "s3cret");
  ASSERT_EQ(deliveries.size(), 5u);
  std::vector<TicketEvent> tickets;
  for (const Delivered& one : deliveries) {
    const HttpReply reply = deliver(one);
    EXPECT_EQ(reply.status, 202) << one.path << " " << reply.body;
    ASSERT_EQ(inbox_.count(), tickets.size() + 1) << reply.body;
    tickets.push_back(inbox_.last<TicketArrived>().event);
  }
  EXPECT_EQ(tickets[0].key, "OPS-12");
  EXPECT_EQ(tickets[0].url, "https://shop.atlassian.net/browse/OPS-12");
  EXPECT_EQ(tickets[0].services, std::vector<std::string>{"payment"});
  EXPECT_EQ(tickets[1].news, TicketNews::commented);
  EXPECT_EQ(tickets[2].system, TicketSystem::servicenow);
  EXPECT_EQ(tickets[3].priority, "high");
  EXPECT_EQ(tickets[4].system, TicketSystem::gitea);
}

TEST_F(Webhooks, WithoutASecretEachDoorIsClosedAndSaysWhatOpensIt) {
  open_with({}, {}, {});
  for (const Door door : kWebhookDoors) {
    const HttpReply reply = post(fmt::format("/api/v1/webhooks/{}?token=x", word(door)), "{}",
                                 {{"Content-Type", "application/json"}, {"Authorization", "Bearer x"}});
    EXPECT_EQ(reply.status, 403) << word(door);
    EXPECT_THAT(reply.body, HasSubstr(fmt::format("doors.{}.", word(door))));
  }
  EXPECT_EQ(inbox_.count(), 0u);
}

TEST_F(Webhooks, NoProofAndWrongProofAreRefusedBeforeAnythingIsRead) {
  open();
  std::vector<Delivered> right = deliveries_in("changes.md", "s3cret"), wrong = deliveries_in("changes.md", "guess");
  for (Delivered& one : deliveries_in("tickets.md", "s3cret")) right.push_back(std::move(one));
  for (Delivered& one : deliveries_in("tickets.md", "guess")) wrong.push_back(std::move(one));
  for (const Delivered& one : wrong) EXPECT_EQ(deliver(one).status, 401) << one.path;
  for (Delivered one : right) {
    std::erase_if(one.headers, [](const auto& header) {
      return header.first.find("Signature") != std::string::npos || header.first == "X-Gitlab-Token" ||
             header.first == "Authorization";
    });
    one.path = one.path.substr(0, one.path.find('?'));
    const HttpReply reply = deliver(one);
    EXPECT_EQ(reply.status, 401) << one.path;
    EXPECT_THAT(reply.body, HasSubstr("nothing proves")) << one.path;
  }
  for (Delivered one : right) {
    const bool is_signed = std::any_of(one.headers.begin(), one.headers.end(), [](const auto& header) {
      return header.first.find("Signature") != std::string::npos;
    });
    if (!is_signed) continue;
    one.body += " ";
    EXPECT_EQ(deliver(one).status, 401) << "the signature is of another body: " << one.path;
  }
  EXPECT_EQ(inbox_.count(), 0u);
}

// GitHub's documented example of its signature.
TEST_F(Webhooks, GithubsOwnExampleOfASignature) {
  open_with({}, {}, {{Door::github, "It's a Secret to Everybody"}});
  const auto answer = [&](std::string digits) {
    return post("/api/v1/webhooks/github", "Hello, World!",
                {{"Content-Type", "application/json"},
                 {"X-GitHub-Event", "push"},
                 {"X-Hub-Signature-256", "sha256=" + digits}})
        .status;
  };
  EXPECT_EQ(answer("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"), 400)
      << "well signed, and no JSON";
  EXPECT_EQ(answer("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18"), 401);
  EXPECT_EQ(answer("757107ea"), 401);
}

TEST_F(Webhooks, JenkinsHasItsTokenInThePath) {
  open();
  const std::string body =
      R"({"name":"deploy-payment","url":"job/deploy-payment/","build":{"number":1,"phase":"STARTED"}})";
  const HttpHeaders headers = {{"Content-Type", "application/json"}};
  EXPECT_EQ(post("/api/v1/webhooks/jenkins/s3cret", body, headers).status, 202);
  EXPECT_EQ(post("/api/v1/webhooks/jenkins/guess", body, headers).status, 401);
  EXPECT_EQ(post("/api/v1/webhooks/gitlab/s3cret", body, headers).status, 404) << "others have no token in the URL";
  EXPECT_EQ(post("/api/v1/webhooks/argocd?token=s3cret", body, headers).status, 401);
  EXPECT_EQ(inbox_.count(), 1u);
}

TEST_F(Webhooks, EventsOfNoInterestFormsAndNonsense) {
  open();
  const auto gitlab = [&](std::string body, std::string type = "application/json") {
    return post("/api/v1/webhooks/gitlab", std::move(body), {{"Content-Type", type}, {"X-Gitlab-Token", "s3cret"}});
  };
  EXPECT_EQ(gitlab(R"({"object_kind":"wiki_page"})").status, 202);
  EXPECT_EQ(ledger_.counts(Door::gitlab).ignored, 1u);
  EXPECT_EQ(gitlab("{").status, 400);
  EXPECT_EQ(gitlab("payload=%7B%7D", "application/x-www-form-urlencoded").status, 415);
  EXPECT_EQ(gitlab(std::string((1 << 20) + 1, ' ')).status, 413);
  inbox_.refuse = unavailable("starting");
  EXPECT_EQ(
      gitlab(
          R"({"object_kind":"tag_push","ref":"refs/tags/v1.0.0","after":"ab","project":{"path_with_namespace":"a/b"}})")
          .status,
      503)
      << "GitLab comes again";
  EXPECT_EQ(inbox_.count(), 0u);
}

TEST_F(Webhooks, OneBodyMayTellOfSeveralChanges) {
  open();
  const std::string job = R"({"id":%,"name":"d","status":"running","started_at":"2026-11-24 22:50:00 UTC",
      "environment":{"name":"production/%","action":"start"}})";
  std::string jobs;
  for (const char* id : {"1", "2", "3"}) jobs += (jobs.empty() ? "" : ",") + replaced(job, "%", id);
  const HttpReply reply =
      post("/api/v1/webhooks/gitlab",
           fmt::format(R"({{"object_kind":"pipeline","object_attributes":{{"id":31,"ref":"main","sha":"ab"}},
                      "project":{{"path_with_namespace":"a/b"}},"builds":[{}]}})",
                       jobs),
           {{"Content-Type", "application/json"}, {"X-Gitlab-Token", "s3cret"}});
  EXPECT_EQ(reply.status, 202) << reply.body;
  EXPECT_EQ(inbox_.count(), 3u);
  EXPECT_THAT(reply.body, HasSubstr("\"sequence\":3"));
  EXPECT_EQ(ledger_.counts(Door::gitlab).items, 3u);
}

}  // namespace
}  // namespace nightjar
