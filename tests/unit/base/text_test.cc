#include "base/text.h"

#include "base/hash.h"
#include "base/id.h"

namespace nightjar {
namespace {

TEST(Text, ThreeDigits) {
  EXPECT_EQ(three_digits(0.0042), "0.0042");
  EXPECT_EQ(three_digits(12.34), "12.3");
  EXPECT_EQ(three_digits(1234), "1,230");
  EXPECT_EQ(three_digits(123456), "123,000");
  EXPECT_EQ(three_digits(999.7), "1,000");
  EXPECT_EQ(three_digits(0), "0");
  EXPECT_EQ(three_digits(5), "5");
}

TEST(Text, Percent) {
  EXPECT_EQ(percent(0.029), "2.9 %");
  EXPECT_EQ(percent(0.31), "31 %");
  EXPECT_EQ(percent(0.0005), "0.05 %");
}

TEST(Text, CutsBetweenCodePoints) {
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(cut("aé", 2), "a…");
}

TEST(Text, KnowsUtf8) {
  EXPECT_TRUE(is_utf8("naïve ✓ 🦉"));
  EXPECT_FALSE(is_utf8("\xC0\x80"));
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_utf8("abc\xE2\x82"));
}

TEST(Text, FindsNearKeys) { EXPECT_EQ(edit_distance("treshold", "threshold"), 1u); }

TEST(Hash, KnownVectors) {
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(hmac_sha256("key", "The quick brown fox jumps over the lazy dog")),
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
  EXPECT_TRUE(equal_in_constant_time("a", "a"));
  EXPECT_FALSE(equal_in_constant_time("a", "ab"));
}

struct BirdTag {
  static constexpr std::string_view prefix = "bird";
};
TEST(Id, PrintsAndParses) {
  const Id<BirdTag> id{48213};
  EXPECT_EQ(to_string(id), "bird-48213");
  EXPECT_EQ(parse_id<BirdTag>("bird-48213"), id);
  for (const char* text : {"bird-", "bird", "inc-4", "bird-4x", "bird--4", "bird-99999999999999999999999"})
    EXPECT_FALSE(parse_id<BirdTag>(text)) << text;
}

}  // namespace
}  // namespace nightjar
