#include "io/serve/people.h"

#include "base/hash.h"
#include "base/text.h"

namespace nightjar {
namespace {

People three() {
  return People({{"ada", to_hex(sha256("ada-token")), {"operator"}},
                 {"bob", to_hex(sha256("bob-token")), {"responder"}},
                 {"eve", to_hex(sha256("eve-token")), {"admin"}},
                 {"vic", to_hex(sha256("vic-token")), {"viewer"}}});
}

TEST(People, AreKnownByTheirToken) {
  EXPECT_EQ(three().with_token("bob-token")->name, "bob");
  EXPECT_EQ(three().with_token("").status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(three().with_token("bob-tokeN").status().code(), absl::StatusCode::kUnauthenticated);
  // The hash itself, which stands in a file, opens nothing.
  EXPECT_FALSE(three().with_token(to_hex(sha256("bob-token"))).ok());
}

// Every cell of the table.
TEST(People, PowersByRole) {
  const struct {
    const char* name;
    bool acknowledge, decide, stop, go_on;
  } table[] = {{"ada", true, true, true, true},
               {"bob", true, false, true, false},
               {"eve", false, false, true, true},
               {"vic", false, false, false, false}};
  for (const auto& row : table) {
    const Person person = *three().with_name(row.name);
    EXPECT_EQ(check_power(person, Power::acknowledge).ok(), row.acknowledge) << row.name;
    EXPECT_EQ(check_power(person, Power::decide).ok(), row.decide) << row.name;
    EXPECT_EQ(check_power(person, Power::stop).ok(), row.stop) << row.name;
    EXPECT_EQ(check_power(person, Power::go_on).ok(), row.go_on) << row.name;
  }
  EXPECT_EQ(message_of(check_power(*three().with_name("eve"), Power::decide)),
            "eve may not approve or reject actions: that needs the role operator");
}

}  // namespace
}  // namespace nightjar
