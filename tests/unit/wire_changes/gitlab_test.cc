#include "wire/changes/gitlab.h"

#include "base/text.h"

namespace nightjar {
namespace {

const Timestamp kGitlabNow = parse_rfc3339("2021-04-28T20:00:00Z").value();

ChangeDelivery read_gitlab(std::string_view body) {
  const auto delivery = parse_gitlab("e-1", body, kGitlabNow);
  EXPECT_TRUE(delivery.ok()) << message_of(delivery.status());
  return delivery.value_or(ChangeDelivery{});
}

// GitLab's documented example, with other words where a test needs them.
std::string deployment_body(std::string_view status, std::string_view at = "2021-04-28 21:50:00 +0200",
                            std::string_view rest = R"("ref":"master","deployable_id":796)") {
  return fmt::format(R"({{"object_kind":"deployment","status":"{}","status_changed_at":"{}","deployment_id":15,
    "deployable_url":"http://10.126.0.2:3000/root/test-deployment-webhooks/-/jobs/796",
    "environment":"staging","environment_tier":"staging","environment_slug":"staging",
    "environment_external_url":"https://staging.example.com",
    "project":{{"id":30,"name":"test-deployment-webhooks","web_url":"http://10.126.0.2:3000/root/test-deployment-webhooks",
      "path_with_namespace":"root/test-deployment-webhooks","default_branch":"master"}},
    "short_sha":"279484c0","user":{{"id":1,"name":"Administrator","username":"root","email":"[REDACTED]"}},
    "user_url":"http://10.126.0.2:3000/root",
    "commit_url":"http://10.126.0.2:3000/root/test-deployment-webhooks/-/commit/279484c09fbe69ededfced8c1bb6e6d24616b468",
    "commit_title":"Add new file",{}}})",
                     status, at, rest);
}

TEST(Gitlab, ADeploymentIsToldOfSeveralTimes) {
  const auto running = read_gitlab(deployment_body("running"));
  ASSERT_EQ(running.changes.size(), 1u);
  const ChangeEvent& event = running.changes[0];
  EXPECT_EQ(event.source, ChangeSource::gitlab);
  EXPECT_EQ(event.kind, ChangeKind::deploy);
  EXPECT_EQ(event.status, ChangeStatus::running);
  EXPECT_EQ(event.key, "gitlab root/test-deployment-webhooks job 796");
  EXPECT_EQ(event.delivery, "e-1");
  EXPECT_EQ(event.repository, "root/test-deployment-webhooks");
  EXPECT_EQ(event.environment, "staging");
  EXPECT_EQ(event.commit, "279484c09fbe69ededfced8c1bb6e6d24616b468") << "the whole one is in its URL";
  EXPECT_EQ(event.version, event.commit);
  EXPECT_EQ(event.author, "root");
  EXPECT_EQ(event.title, "Add new file");
  EXPECT_EQ(event.started_at, parse_rfc3339("2021-04-28T19:50:00Z")) << "a zone without a colon";
  EXPECT_FALSE(event.finished_at);
  EXPECT_TRUE(event.service.empty());

  const auto done = read_gitlab(deployment_body("success", "2021-04-28 21:52:00 +0200"));
  ASSERT_EQ(done.changes.size(), 1u);
  EXPECT_EQ(done.changes[0].key, event.key);
  EXPECT_EQ(done.changes[0].status, ChangeStatus::succeeded);
  EXPECT_EQ(done.changes[0].finished_at, parse_rfc3339("2021-04-28T19:52:00Z"));
  EXPECT_EQ(read_gitlab(deployment_body("failed")).changes.at(0).status, ChangeStatus::failed);
  EXPECT_EQ(read_gitlab(deployment_body("canceled")).changes.at(0).status, ChangeStatus::failed);
  EXPECT_EQ(read_gitlab(deployment_body("created")).changes.at(0).status, ChangeStatus::running);
  EXPECT_EQ(read_gitlab(deployment_body("something new")).changes.at(0).status, ChangeStatus::running);
  for (const char* waits : {"blocked", "approved", "rejected", "skipped"})
    EXPECT_EQ(read_gitlab(deployment_body(waits)).ignored, ChangeIgnored::not_started) << waits;
}

TEST(Gitlab, WhatADeploymentIsAbout) {
  const auto tagged =
      read_gitlab(deployment_body("success", "x", R"("ref":"payment-v2.4.1","environment":"production")"));
  EXPECT_EQ(tagged.changes.at(0).version, "2.4.1");
  EXPECT_EQ(tagged.changes.at(0).application, "payment");
  EXPECT_EQ(tagged.changes.at(0).key, "gitlab root/test-deployment-webhooks deployment 15")
      << "made by the API: no job";
  EXPECT_EQ(tagged.changes.at(0).started_at, kGitlabNow) << "no time that can be read";
  const auto named = read_gitlab(deployment_body("success", "x", R"("ref":"main","environment":"production/payment")"));
  EXPECT_EQ(named.changes.at(0).application, "payment");
}

TEST(Gitlab, APipelineTellsOfItsDeployJobs) {
  const auto pipeline = read_gitlab(R"({"object_kind":"pipeline","object_attributes":{"id":31,"iid":3,"ref":"master",
    "tag":false,"sha":"bcbb5ec396a2c0f828686f14fac9b80b780504f2","source":"push","status":"success",
    "created_at":"2016-08-12 15:23:28 UTC","finished_at":"2016-08-12 15:26:29 UTC","url":"http://example.com/gitlab-org/gitlab-test/-/pipelines/31"},
    "user":{"id":1,"username":"root"},"project":{"path_with_namespace":"gitlab-org/gitlab-test","web_url":"http://192.168.64.1:3005/gitlab-org/gitlab-test"},
    "commit":{"id":"bcbb5ec3","title":"test commit"},
    "builds":[
     {"id":380,"stage":"deploy","name":"production","status":"skipped","created_at":"2016-08-12 15:23:28 UTC","started_at":null,"finished_at":null,
      "user":{"username":"root"},"environment":{"name":"production","action":"start","deployment_tier":"production"}},
     {"id":377,"stage":"test","name":"test-image","status":"success","started_at":"2016-08-12 15:26:12 UTC","finished_at":"2016-08-12 15:26:29 UTC","environment":null},
     {"id":379,"stage":"deploy","name":"staging","status":"success","started_at":"2016-08-12 15:24:00 UTC","finished_at":"2016-08-12 15:25:00 UTC",
      "user":{"username":"ada"},"environment":{"name":"staging","action":"start","deployment_tier":"staging"}},
     {"id":381,"stage":"deploy","name":"stop","status":"success","started_at":"2016-08-12 15:24:00 UTC","environment":{"name":"review/x","action":"stop"}}]})");
  ASSERT_EQ(pipeline.changes.size(), 1u);
  EXPECT_EQ(pipeline.changes[0].key, "gitlab gitlab-org/gitlab-test job 379") << "the deployment hook has the same";
  EXPECT_EQ(pipeline.changes[0].environment, "staging");
  EXPECT_EQ(pipeline.changes[0].author, "ada");
  EXPECT_EQ(pipeline.changes[0].commit, "bcbb5ec396a2c0f828686f14fac9b80b780504f2");
  EXPECT_EQ(pipeline.changes[0].started_at, parse_rfc3339("2016-08-12T15:24:00Z"));
  EXPECT_EQ(pipeline.changes[0].finished_at, parse_rfc3339("2016-08-12T15:25:00Z"));
  EXPECT_EQ(
      read_gitlab(
          R"({"object_kind":"pipeline","object_attributes":{"id":31},"project":{"path_with_namespace":"a/b"},"builds":7})")
          .ignored,
      ChangeIgnored::not_a_deploy);
}

TEST(Gitlab, Pushes) {
  const auto body = [](std::string_view kind, std::string_view ref, std::string_view after) {
    return fmt::format(R"({{"object_kind":"{}","ref":"{}","before":"95790bf8","after":"{}","user_username":"jsmith",
      "project":{{"path_with_namespace":"mike/diaspora","default_branch":"master"}},
      "commits":[{{"id":"b6568db1","title":"old","timestamp":"2011-12-12T14:27:31+02:00"}},
                 {{"id":"da156088","title":"fixed readme","url":"http://example.com/mike/diaspora/commit/da156088"}}]}})",
                       kind, ref, after);
  };
  const auto push = read_gitlab(body("push", "refs/heads/master", "da1560886d4f094c3e6c9ef40349f7d38b5d27d7"));
  ASSERT_EQ(push.changes.size(), 1u);
  EXPECT_EQ(push.changes[0].kind, ChangeKind::push);
  EXPECT_EQ(push.changes[0].title, "fixed readme");
  EXPECT_EQ(push.changes[0].author, "jsmith");
  EXPECT_EQ(push.changes[0].started_at, kGitlabNow);
  EXPECT_EQ(read_gitlab(body("tag_push", "refs/tags/v1.0.0", "82b3d5ae")).changes.at(0).version, "1.0.0");
  EXPECT_EQ(read_gitlab(body("push", "refs/heads/next", "da15")).ignored, ChangeIgnored::other_branch);
  EXPECT_EQ(read_gitlab(body("push", "refs/heads/master", "0000000000000000000000000000000000000000")).ignored,
            ChangeIgnored::branch_deleted);
  EXPECT_EQ(read_gitlab(R"({"object_kind":"wiki_page"})").ignored, ChangeIgnored::event_not_watched);
}

TEST(Gitlab, BodiesOfOthers) {
  for (const char* body : {"", "null", "[]", "{}", "{", R"({"object_kind":7})", R"({"object_kind":"deployment"})",
                           R"({"object_kind":"deployment","status":"success","deployment_id":"x"})",
                           R"({"object_kind":"pipeline","object_attributes":[]})", R"({"object_kind":"push"})"})
    EXPECT_EQ(parse_gitlab("", body, kGitlabNow).status().code(), absl::StatusCode::kInvalidArgument) << body;
}

}  // namespace
}  // namespace nightjar
