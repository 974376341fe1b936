#include "wire/changes/github.h"

#include "base/text.h"
#include "wire/changes/named_version.h"

namespace nightjar {
namespace {

const Timestamp kGithubNow = parse_rfc3339("2026-11-24T22:50:40Z").value();

struct GithubRead {
  std::optional<ChangeEvent> change;
  ChangeIgnored ignored = ChangeIgnored::none;
};

GithubRead read(std::string_view event, std::string_view body) {
  const auto delivery = parse_github(event, "d-1", body, kGithubNow);
  EXPECT_TRUE(delivery.ok()) << message_of(delivery.status());
  if (!delivery.ok()) return {};
  EXPECT_EQ(delivery->changes.empty(), delivery->ignored != ChangeIgnored::none);
  return {delivery->changes.empty() ? std::nullopt : std::optional(delivery->changes.front()), delivery->ignored};
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
  EXPECT_EQ(read("deployment_status", status_body("inactive", fields)).ignored, ChangeIgnored::deployment_inactive);
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
  EXPECT_EQ(read("push", body("refs/heads/feature", "")).ignored, ChangeIgnored::other_branch);
  EXPECT_EQ(read("push", body("refs/heads/main", "\"deleted\":true,")).ignored, ChangeIgnored::branch_deleted);
  EXPECT_EQ(read("ping", "").ignored, ChangeIgnored::ping);
  EXPECT_EQ(read("star", "{}").ignored, ChangeIgnored::event_not_watched);
}

TEST(Github, BodiesOfOthers) {
  for (const char* body :
       {"", "null", "[]", "{}", R"({"deployment":7})", R"({"deployment":{"id":"x"}})", "payload=%7B%7D"})
    for (const char* event : {"push", "deployment", "deployment_status", "workflow_run", "release", "pull_request"})
      EXPECT_EQ(parse_github(event, "", body, kGithubNow).status().code(), absl::StatusCode::kInvalidArgument) << body;
  EXPECT_NE(message_of(parse_github("push", "", "payload=%7B%7D", kGithubNow).status()).find("application/json"),
            std::string_view::npos);
}

TEST(Github, AWorkflowThatDeploys) {
  const auto body = [](std::string_view action, std::string_view fields) {
    return fmt::format(R"({{"action":"{}","repository":{{"full_name":"shop/payment","default_branch":"main"}},
      "sender":{{"login":"ada"}},"workflow":{{"id":9,"name":"Deploy"}},
      "workflow_run":{{"id":30433642,"head_branch":"main","head_sha":"0123abcd","display_title":"Retry charges",
      "path":".github/workflows/cd.yml","event":"push","run_attempt":1,"actor":{{"login":"grace"}},
      "html_url":"https://github.com/shop/payment/actions/runs/30433642",
      "run_started_at":"2026-11-24T22:48:00Z","updated_at":"2026-11-24T22:50:10Z",{}}}}})",
                       action, fields);
  };
  const auto running =
      read("workflow_run", body("in_progress", R"("name":"Deploy","status":"in_progress","conclusion":null)"));
  ASSERT_TRUE(running.change);
  EXPECT_EQ(running.change->status, ChangeStatus::running);
  EXPECT_EQ(running.change->repository, "shop/payment");
  EXPECT_TRUE(running.change->service.empty()) << "the engine finds it by the repository";
  EXPECT_EQ(running.change->version, "0123abcd");
  EXPECT_EQ(running.change->author, "grace");
  const auto done =
      read("workflow_run", body("completed", R"("name":"Deploy","status":"completed","conclusion":"success")"));
  ASSERT_TRUE(done.change);
  EXPECT_EQ(done.change->key, running.change->key);
  EXPECT_EQ(done.change->status, ChangeStatus::succeeded);
  EXPECT_EQ(done.change->finished_at, kGithubNow - seconds(30));
  EXPECT_EQ(read("workflow_run", body("completed", R"("name":"Deploy","status":"completed","conclusion":"cancelled")"))
                .change->status,
            ChangeStatus::failed);
  EXPECT_EQ(
      read("workflow_run", body("completed", R"("name":"Tests","status":"completed","conclusion":"success")")).ignored,
      ChangeIgnored::not_a_deploy);
  EXPECT_EQ(read("workflow_run", body("requested", R"("name":"Deploy","status":"queued","conclusion":null)")).ignored,
            ChangeIgnored::not_started);
  EXPECT_NE(read("workflow_run",
                 body("completed", R"("name":"Deploy","status":"completed","conclusion":"success","run_attempt":2)"))
                .change->key,
            done.change->key)
      << "a second attempt deploys a second time";
}

TEST(Github, AReleaseAndAMergedPullRequestAreContext) {
  const auto release = [](std::string_view action, bool draft) {
    return fmt::format(R"({{"action":"{}","repository":{{"full_name":"shop/payment"}},"sender":{{"login":"ada"}},
      "release":{{"tag_name":"v2.4.1","name":"Retry charges","draft":{},"prerelease":false,
      "html_url":"https://github.com/shop/payment/releases/tag/v2.4.1","published_at":"2026-11-24T22:50:00Z"}}}})",
                       action, draft);
  };
  const auto published = read("release", release("published", false)).change;
  ASSERT_TRUE(published);
  EXPECT_EQ(published->kind, ChangeKind::push);
  EXPECT_EQ(published->version, "2.4.1");
  EXPECT_EQ(published->key, "github shop/payment release v2.4.1");
  EXPECT_EQ(published->started_at, kGithubNow - seconds(40));
  EXPECT_EQ(read("release", release("edited", false)).ignored, ChangeIgnored::not_published);
  EXPECT_EQ(read("release", release("published", true)).ignored, ChangeIgnored::not_published);

  const auto pull = [](std::string_view action, bool merged, std::string_view base) {
    return fmt::format(
        R"({{"action":"{}","number":12,"repository":{{"full_name":"shop/payment","default_branch":"main"}},
      "sender":{{"login":"bot"}},"pull_request":{{"number":12,"title":"Retry charges","merged":{},"base":{{"ref":"{}"}},
      "merge_commit_sha":"beef","merged_by":{{"login":"ada"}},"merged_at":"2026-11-24T22:50:00Z",
      "html_url":"https://github.com/shop/payment/pull/12"}}}})",
        action, merged, base);
  };
  const auto merged = read("pull_request", pull("closed", true, "main")).change;
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->kind, ChangeKind::push);
  EXPECT_EQ(merged->commit, "beef");
  EXPECT_EQ(merged->author, "ada");
  EXPECT_EQ(merged->title, "Retry charges");
  EXPECT_EQ(read("pull_request", pull("closed", false, "main")).ignored, ChangeIgnored::not_merged);
  EXPECT_EQ(read("pull_request", pull("opened", false, "main")).ignored, ChangeIgnored::not_merged);
  EXPECT_EQ(read("pull_request", pull("closed", true, "next")).ignored, ChangeIgnored::other_branch);
}

TEST(Github, Refs) {
  EXPECT_EQ(read_ref("payment@2.4.1").service, "payment");
  EXPECT_EQ(read_ref("payment/v2.4.1").version, "2.4.1");
  EXPECT_EQ(read_ref("v2.4.1").version, "2.4.1");
  EXPECT_EQ(read_ref("release/2.4.1").service, "") << "a branch, not a service of that name";
  EXPECT_EQ(read_ref("release/2.4.1").version, "2.4.1");
  EXPECT_EQ(read_ref("release-candidate").version, "");
  EXPECT_EQ(read_ref("").version, "");
  EXPECT_EQ(read_ref("@/-").version, "");
}

}  // namespace
}  // namespace nightjar
