#include "wire/changes/announced_change.h"

#include "base/text.h"

namespace nightjar {
namespace {

const Timestamp kNow = parse_rfc3339("2026-11-24T22:50:40Z").value();

ChangeEvent read(std::string_view body) {
  const auto event = parse_announced_change(body, kNow);
  EXPECT_TRUE(event.ok()) << message_of(event.status());
  return event.ok() ? *event : ChangeEvent{};
}

TEST(AnnouncedChange, OneLineOfCurl) {
  const ChangeEvent event = read(R"({"service":"payment","version":"2.4.1"})");
  EXPECT_EQ(event.service.value, "payment");
  EXPECT_EQ(event.version, "2.4.1");
  EXPECT_EQ(event.kind, ChangeKind::deploy);
  EXPECT_EQ(event.status, ChangeStatus::succeeded);
  EXPECT_EQ(event.source, ChangeSource::api);
  EXPECT_EQ(event.started_at, kNow);
  EXPECT_EQ(event.finished_at, kNow);
  EXPECT_EQ(event.key, "deploy payment@2.4.1");
}

TEST(AnnouncedChange, Everything) {
  const ChangeEvent event = read(R"({"service":"payment","version":"2.4.0","previous_version":"2.4.1","commit":"beef",
    "kind":"flag","environment":"production","author":"grace","url":"http://127.0.0.1/1","status":"running",
    "started_at":"2026-11-24T22:49:00+00:00","id":"build 17","caused_by":"act-7","title":"back","repository":"shop/shop"})");
  EXPECT_EQ(event.key, "api build 17");
  EXPECT_EQ(event.caused_by, ActionId{7});
  EXPECT_EQ(event.kind, ChangeKind::flag);
  EXPECT_EQ(event.status, ChangeStatus::running);
  EXPECT_EQ(event.started_at, kNow - seconds(100));
  EXPECT_FALSE(event.finished_at);
}

TEST(AnnouncedChange, GoingBackIsNotTheDeployThatBroughtIt) {
  const auto first = read(R"({"service":"payment","version":"2.4.0","previous_version":"2.3.9"})");
  const auto back = read(R"({"service":"payment","version":"2.4.0","previous_version":"2.4.1","caused_by":"act-7"})");
  EXPECT_NE(first.key, back.key);
  EXPECT_EQ(back.key, read(R"({"service":"payment","version":"2.4.0","previous_version":"2.4.1","caused_by":"act-7",
    "status":"failed"})")
                          .key);
}

TEST(AnnouncedChange, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "not JSON"},
      {"[]", "expected an object"},
      {"{}", "\"service\" is missing"},
      {R"({"service":"a"})", "\"version\" is missing"},
      {R"({"servce":"a","version":"1"})", "did you mean \"service\"?"},
      {R"({"service":7,"version":"1"})", "\"service\" must be text, found number"},
      {R"({"service":"a","version":"1","kind":"explosion"})", "expected one of deploy"},
      {R"({"service":"a","version":"1","started_at":"noon"})", "not an RFC 3339 time"},
      {R"({"service":"a","version":"1","caused_by":"inc-7"})", "expected an id like act-7"},
      {R"({"service":"a","version":"1","started_at":"2026-11-24T22:00:00Z","finished_at":"2026-11-24T21:00:00Z"})",
       "before"},
  };
  for (const auto& [body, expected] : cases) {
    const auto event = parse_announced_change(body, kNow);
    ASSERT_FALSE(event.ok()) << body;
    EXPECT_EQ(event.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(message_of(event.status()).find(expected), std::string_view::npos) << message_of(event.status());
  }
  std::string many = R"({"service":"a","version":"1")";
  for (int i = 0; i < 100; ++i) many += fmt::format(R"(,"f{}":1)", i);
  EXPECT_FALSE(parse_announced_change(many + "}", kNow).ok());
  EXPECT_TRUE(parse_announced_change(R"({"service":"a","version":"1","pipeline":{"any":"thing"}})", kNow).ok());
}

}  // namespace
}  // namespace nightjar
