#include "io/serve/signed_link.h"

#include "base/text.h"
#include "io/net/http_message.h"

namespace nightjar {
namespace {

constexpr Timestamp kNow{1'795'560'640'000'000'000};

Action planned() {
  Action action;
  action.id = {7};
  action.plan_hash = std::string(64, 'a');
  action.expires_at = kNow + minutes(15);
  return action;
}

TEST(SignedLink, HoldsForOnePersonOnePlanUntilItExpires) {
  const Action action = planned();
  const std::int64_t expires = kNow.ns / 1'000'000'000 + 900;
  const std::string signature = sign_approval("secret", action.id, "ada", expires, action.plan_hash);
  EXPECT_TRUE(check_approval_signature("secret", action, "ada", expires, signature, kNow).ok());
  EXPECT_FALSE(check_approval_signature("secret", action, "bob", expires, signature, kNow).ok());
  EXPECT_FALSE(check_approval_signature("secret", action, "ada", expires + 1, signature, kNow).ok());
  EXPECT_FALSE(check_approval_signature("other", action, "ada", expires, signature, kNow).ok());
  EXPECT_FALSE(check_approval_signature("", action, "ada", expires,
                                        sign_approval("", action.id, "ada", expires, action.plan_hash), kNow)
                   .ok());
  EXPECT_FALSE(check_approval_signature("secret", action, "ada", expires, signature, kNow + minutes(15)).ok());
  Action changed = action;
  changed.plan_hash[0] = 'b';
  EXPECT_FALSE(check_approval_signature("secret", changed, "ada", expires, signature, kNow).ok());
  Action other = action;
  other.id = {8};
  EXPECT_FALSE(check_approval_signature("secret", other, "ada", expires, signature, kNow).ok());
}

TEST(SignedLink, ANameCannotMoveTheBorders) {
  EXPECT_NE(sign_approval("s", {7}, "ada|900", 1, "p"), sign_approval("s", {7}, "ada", 900, "1|p"));
}

TEST(SignedLink, SignsTheLinksOfAMessage) {
  Message message;
  message.links = {{"Approve", "http://127.0.0.1:8080/approve?action=act-7&person=ada"},
                   {"Open incident", "http://127.0.0.1:8080/incidents/inc-1"},
                   {"Approve", "http://evil.example/approve?action=act-7&person=ada"},
                   {"Approve", "http://127.0.0.1:8080/approve?action=act-9&person=ada"}};
  const Message before = message;
  sign_approval_links(message, "http://127.0.0.1:8080", "secret", [](ActionId id) -> std::optional<Action> {
    if (id == ActionId{7}) return planned();
    return std::nullopt;
  });
  const auto query = parse_query(message.links[0].url.substr(message.links[0].url.find('?') + 1));
  EXPECT_TRUE(
      check_approval_signature("secret", planned(), "ada", std::stoll(query.at("expires")), query.at("signature"), kNow)
          .ok());
  for (int i = 1; i < 4; ++i)
    EXPECT_EQ(message.links[static_cast<std::size_t>(i)].url, before.links[static_cast<std::size_t>(i)].url);
  const std::string once = message.links[0].url;
  sign_approval_links(message, "http://127.0.0.1:8080", "secret", [](ActionId) { return planned(); });
  EXPECT_EQ(message.links[0].url, once);  // a retry signs nothing twice
}

}  // namespace
}  // namespace nightjar
