#include "wire/changes/github.h"

#include "base/hash.h"
#include "base/text.h"
#include "wire/changes/github_deployment.h"

namespace nightjar {
namespace {

const Timestamp kGithubNow = parse_rfc3339("2026-11-24T22:50:40Z").value();

GithubDelivery read(std::string_view event, std::string_view body) {
  const auto delivery = parse_github(event, "d-1", body, kGithubNow);
  EXPECT_TRUE(delivery.ok()) << message_of(delivery.status());
  return delivery.ok() ? *delivery : GithubDelivery{};
}

std::string status_body(std::string_view state, std::string_view deployment_fields) {
  return fmt::format(
      R"({{"action":"created","repository":{{"full_name":"shop/shop"}},"sender":{{"login":"grace"}},
      "deployment":{{"id":17,"sha":"0123abcd","created_at":"2026-11-24T22:50:00Z","description":"payment 2.4.1"{}}},
      "deployment_status":{{"state":"{}","created_at":"2026-11-24T22:50:20Z","log_url":"","target_url":"http://127.0.0.1/17"}}}})",
      deployment_fields, state);
}

TEST(Github, ADeploymentIsToldOfSeveralTimes) {
  const std::string fields =
      R"(,"ref":"payment-2.4.1","task":"deploy","environment":"production","creator":{"login":"ada"},
      "payload":{"service":"payment","version":"2.4.1","previous_version":"2.4.0","intent":"act-7"})";
  const auto running = read("deployment_status", status_body("in_progress", fields)).change;
  ASSERT_TRUE(running);
  EXPECT_EQ(running->key, "github shop/shop deployment 17");
  EXPECT_EQ(running->delivery, "d-1");
  EXPECT_EQ(running->status, ChangeStatus::running);
  EXPECT_EQ(running->service.value, "payment");
  EXPECT_EQ(running->version, "2.4.1");
  EXPECT_EQ(running->previous_version, "2.4.0");
  EXPECT_EQ(running->caused_by, ActionId{7});
  EXPECT_EQ(running->author, "ada");
  EXPECT_EQ(running->url, "http://127.0.0.1/17");
  EXPECT_EQ(running->started_at, kGithubNow - seconds(20)) << "not when it was queued";
  EXPECT_FALSE(running->finished_at);
  const auto done = read("deployment_status", status_body("success", fields)).change;
  ASSERT_TRUE(done);
  EXPECT_EQ(done->key, running->key);
  EXPECT_EQ(done->status, ChangeStatus::succeeded);
  EXPECT_EQ(done->finished_at, kGithubNow - seconds(20));
  EXPECT_EQ(read("deployment_status", status_body("error", fields)).change->status, ChangeStatus::failed);
  EXPECT_EQ(read("deployment_status", status_body("inactive", fields)).ignored, GithubIgnored::deployment_inactive);
  EXPECT_EQ(read("deployment_status", status_body("waiting", fields)).change->status, ChangeStatus::running);
}

TEST(Github, WhatADeploymentIsAbout) {
  const std::tuple<const char*, const char*, const char*, const char*> cases[] = {
      {R"(,"payload":"{\"service\":\"cart\",\"version\":\"1.2.0\"}")", "cart", "1.2.0", ""},
      {R"(,"payload":"not JSON","task":"deploy:cart","ref":"v1.2.0")", "cart", "1.2.0", ""},
      {R"(,"payload":"","ref":"cart@1.2.0","environment":"staging")", "cart", "1.2.0", "staging"},
      {R"(,"ref":"refs/tags/shop-cart-v1.2.0-rc.1")", "shop-cart", "1.2.0-rc.1", ""},
      {R"(,"ref":"main","environment":"production/cart")", "cart", "0123abcd", "production"},
      {R"(,"ref":"main","environment":"production","payload":[1])", "", "0123abcd", "production"},
      {R"(,"ref":null,"payload":null)", "", "0123abcd", ""},
  };
  for (const auto& [fields, service, version, environment] : cases) {
    const auto change = read("deployment_status", status_body("success", fields)).change;
    ASSERT_TRUE(change) << fields;
    EXPECT_EQ(change->service.value, service) << fields;
    EXPECT_EQ(change->version, version) << fields;
    EXPECT_EQ(change->environment, environment) << fields;
  }
}

TEST(Github, PushToTheDefaultBranch) {
  const auto body = [](std::string_view ref, std::string_view rest) {
    return fmt::format(R"({{"ref":"{}","before":"aa","after":"bb",{}"pusher":{{"name":"grace"}},
      "repository":{{"full_name":"shop/shop","default_branch":"main","pushed_at":1764024600}},
      "head_commit":{{"id":"bb","message":"faster checkout\n\nlong story","url":"http://127.0.0.1/bb","timestamp":"2026-01-01T00:00:00Z"}}}})",
                       ref, rest);
  };
  const auto push = read("push", body("refs/heads/main", "")).change;
  ASSERT_TRUE(push);
  EXPECT_EQ(push->kind, ChangeKind::push);
  EXPECT_EQ(push->commit, "bb");
  EXPECT_EQ(push->title, "faster checkout");
  EXPECT_EQ(push->author, "grace");
  EXPECT_EQ(push->repository, "shop/shop");
  EXPECT_TRUE(push->service.empty());
  EXPECT_EQ(push->started_at, Timestamp{1'764'024'600'000'000'000}) << "when it was pushed, not when it was written";
  EXPECT_EQ(read("push", body("refs/tags/payment-v2.4.1", "")).change->version, "2.4.1");
  EXPECT_EQ(read("push", body("refs/heads/feature", "")).ignored, GithubIgnored::other_branch);
  EXPECT_EQ(read("push", body("refs/heads/main", "\"deleted\":true,")).ignored, GithubIgnored::branch_deleted);
  EXPECT_EQ(read("ping", "").ignored, GithubIgnored::ping);
  EXPECT_EQ(read("star", "{}").ignored, GithubIgnored::event_not_watched);
}

TEST(Github, BodiesOfOthers) {
  for (const char* body :
       {"", "null", "[]", "{}", R"({"deployment":7})", R"({"deployment":{"id":"x"}})", "payload=%7B%7D"})
    for (const char* event : {"push", "deployment", "deployment_status"})
      EXPECT_EQ(parse_github(event, "", body, kGithubNow).status().code(), absl::StatusCode::kInvalidArgument) << body;
  EXPECT_NE(message_of(parse_github("push", "", "payload=%7B%7D", kGithubNow).status()).find("application/json"),
            std::string_view::npos);
}

TEST(Github, Signature) {
  const std::string body = "{\"zen\":\"Keep it logically awesome.\"}\xFF";
  const std::string good = "sha256=" + to_hex(hmac_sha256("secret", body));
  EXPECT_TRUE(check_github_signature(good, body, "secret").ok());
  EXPECT_FALSE(check_github_signature(good, body + " ", "secret").ok());
  EXPECT_FALSE(check_github_signature(good, body, "other").ok());
  EXPECT_FALSE(check_github_signature("", body, "secret").ok());
  EXPECT_FALSE(check_github_signature("sha1=abc", body, "secret").ok());
  EXPECT_FALSE(check_github_signature(good, body, "").ok()) << "no secret is not an open door";
  // GitHub's documented example.
  EXPECT_TRUE(check_github_signature("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
                                     "Hello, World!", "It's a Secret to Everybody")
                  .ok());
}

TEST(Github, Refs) {
  EXPECT_EQ(read_ref("payment@2.4.1").service, "payment");
  EXPECT_EQ(read_ref("payment/v2.4.1").version, "2.4.1");
  EXPECT_EQ(read_ref("v2.4.1").version, "2.4.1");
  EXPECT_EQ(read_ref("release-candidate").version, "");
  EXPECT_EQ(read_ref("").version, "");
  EXPECT_EQ(read_ref("@/-").version, "");
}

}  // namespace
}  // namespace nightjar
