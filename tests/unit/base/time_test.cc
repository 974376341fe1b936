#include "base/time.h"

namespace nightjar {
namespace {

TEST(Time, WritesAndReadsRfc3339) {
  const auto t = parse_rfc3339("2026-11-24T22:50:40.123Z");
  ASSERT_TRUE(t.has_value());
  EXPECT_EQ(to_rfc3339(*t), "2026-11-24T22:50:40.123Z");
  EXPECT_EQ(t->ns % 1'000'000'000, 123'000'000);
}

TEST(Time, ReadsOffsetsAndKnownInstants) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00Z")->ns, 0);
  EXPECT_EQ(parse_rfc3339("2000-03-01T00:00:00Z")->ns, 951868800LL * 1'000'000'000);
  EXPECT_EQ(parse_rfc3339("2000-03-01T02:00:00+02:00")->ns, 951868800LL * 1'000'000'000);
}

TEST(Time, RefusesWhatIsNotRfc3339) {
  for (const char* text :
       {"", "2026", "2026-11-24", "2026-13-24T22:50:40Z", "2026-11-24T25:50:40Z", "2026-11-24T22:50:40",
        "2026-11-24T22:50:40+2:00", "0001-01-01T00:00:00Z", "2026-11-24T22:50:40Zx"})
    EXPECT_FALSE(parse_rfc3339(text).has_value()) << text;
}

TEST(Time, ReadsDurations) {
  EXPECT_EQ(parse_duration("15m"), minutes(15));
  EXPECT_EQ(parse_duration("250ms"), milliseconds(250));
  EXPECT_EQ(parse_duration("30d"), days(30));
  for (const char* text : {"", "m", "15", "15 m", "-3m", "1.5h", "15months"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Time, SpeaksToPeople) {
  EXPECT_EQ(for_people(seconds(31)), "31 s");
  EXPECT_EQ(for_people(minutes(4)), "4 min");
  EXPECT_EQ(for_people(hours(2) + minutes(5)), "2 h 5 min");
}

}  // namespace
}  // namespace nightjar
