#include "wire/changes/gitea.h"

#include "base/text.h"

namespace nightjar {
namespace {

const Timestamp kGiteaNow = parse_rfc3339("2026-11-24T22:50:40Z").value();

ChangeDelivery read_gitea(std::string_view event, std::string_view body) {
  const auto delivery = parse_gitea(event, "f6266f16", body, kGiteaNow);
  EXPECT_TRUE(delivery.ok()) << message_of(delivery.status());
  return delivery.value_or(ChangeDelivery{});
}

std::string gitea_push(std::string_view ref, std::string_view after) {
  return fmt::format(R"({{"ref":"{}","before":"28e1879d029cb852e4844d9c718537df08844e03","after":"{}",
    "compare_url":"http://localhost:3000/gitea/webhooks/compare/28e1...bffe",
    "commits":[{{"id":"bffeb742","message":"Webhooks Yay!","timestamp":"2017-03-13T13:52:11-04:00"}}],
    "head_commit":{{"id":"bffeb742","message":"Webhooks Yay!\n","url":"http://localhost:3000/gitea/webhooks/commit/bffeb742"}},
    "repository":{{"id":140,"full_name":"gitea/webhooks","default_branch":"main"}},
    "pusher":{{"id":1,"login":"gitea","full_name":"Gitea"}},"sender":{{"id":1,"login":"someone"}}}})",
                     ref, after);
}

TEST(Gitea, PushesAndTags) {
  const auto push = read_gitea("push", gitea_push("refs/heads/main", "bffeb742"));
  ASSERT_EQ(push.changes.size(), 1u);
  EXPECT_EQ(push.changes[0].source, ChangeSource::gitea);
  EXPECT_EQ(push.changes[0].key, "gitea gitea/webhooks push refs/heads/main bffeb742");
  EXPECT_EQ(push.changes[0].author, "gitea");
  EXPECT_EQ(push.changes[0].title, "Webhooks Yay!");
  EXPECT_EQ(push.changes[0].started_at, kGiteaNow);
  EXPECT_EQ(read_gitea("push", gitea_push("refs/heads/develop", "bffeb742")).ignored, ChangeIgnored::other_branch);
  EXPECT_EQ(read_gitea("push", gitea_push("refs/heads/main", std::string(40, '0'))).ignored,
            ChangeIgnored::branch_deleted);

  const auto tag = read_gitea(
      "create",
      R"({"sha":"bffeb742","ref":"v2.4.1","ref_type":"tag","repository":{"full_name":"gitea/webhooks"},"sender":{"login":"ada"}})");
  ASSERT_EQ(tag.changes.size(), 1u);
  EXPECT_EQ(tag.changes[0].version, "2.4.1");
  EXPECT_EQ(tag.changes[0].key, read_gitea("push", gitea_push("refs/tags/v2.4.1", "bffeb742")).changes.at(0).key)
      << "one tag, told twice";
  EXPECT_EQ(read_gitea("create", R"({"ref":"next","ref_type":"branch","repository":{"full_name":"a/b"}})").ignored,
            ChangeIgnored::other_branch);
}

TEST(Gitea, ReleasesAndPullRequests) {
  const auto release =
      read_gitea("release", R"({"action":"published","release":{"id":2,"tag_name":"v2.4.1","target_commitish":"main",
    "name":"Retry charges","html_url":"http://localhost:3000/shop/payment/releases/tag/v2.4.1","draft":false,"prerelease":false,
    "created_at":"2026-11-24T22:00:00Z","published_at":"2026-11-24T23:50:00+01:00","author":{"login":"ada"}},
    "repository":{"full_name":"shop/payment"},"sender":{"login":"ada"}})");
  ASSERT_EQ(release.changes.size(), 1u);
  EXPECT_EQ(release.changes[0].version, "2.4.1");
  EXPECT_EQ(release.changes[0].started_at, kGiteaNow - seconds(40));
  const auto merged = read_gitea(
      "pull_request", R"({"action":"closed","number":12,"pull_request":{"id":7,"number":12,"title":"Retry charges",
    "html_url":"http://localhost:3000/shop/payment/pulls/12","merged":true,"merged_at":"2026-11-24T22:50:00Z","merge_commit_sha":"beef",
    "merged_by":{"login":"grace"},"base":{"ref":"main"}},"repository":{"full_name":"shop/payment","default_branch":"main"},"sender":{"login":"grace"}})");
  ASSERT_EQ(merged.changes.size(), 1u);
  EXPECT_EQ(merged.changes[0].commit, "beef");
  EXPECT_EQ(merged.changes[0].author, "grace");
  EXPECT_EQ(read_gitea("star", "{}").ignored, ChangeIgnored::event_not_watched);
}

TEST(Gitea, BodiesOfOthers) {
  for (const char* body : {"", "null", "[]", "{}", "payload=%7B%7D", R"({"ref":7})", R"({"release":{"tag_name":1}})"})
    for (const char* event : {"push", "create", "release", "pull_request"})
      EXPECT_EQ(parse_gitea(event, "", body, kGiteaNow).status().code(), absl::StatusCode::kInvalidArgument) << body;
}

}  // namespace
}  // namespace nightjar
