#include "store/bytes/bytes.h"

#include <limits>

#include "store/bytes/crc32c.h"

namespace nightjar {
namespace {

TEST(Crc32c, KnownVectors) {  // RFC 3720 B.4
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(crc32c("56789", crc32c("1234")), crc32c("123456789"));
}

TEST(Bytes, ComeBackTheSame) {
  ByteWriter out;
  const std::uint64_t numbers[] = {0, 1, 127, 128, 16'384, ~std::uint64_t{0}};
  const std::int64_t signed_numbers[] = {0, -1, 1, std::numeric_limits<std::int64_t>::min(),
                                         std::numeric_limits<std::int64_t>::max()};
  for (std::uint64_t n : numbers) out.varint(n);
  for (std::int64_t n : signed_numbers) out.zigzag(n);
  out.real(-0.1), out.text("payment"), out.big_endian64(42), out.little_endian32(7), out.fixed8(255);
  DurationSketch sketch;
  sketch.observe(5'000'000, 3), sketch.observe(1), sketch.observe(1'000'000'000'000);
  out.sketch(sketch);

  ByteReader in(out.bytes());
  for (std::uint64_t n : numbers) EXPECT_EQ(in.varint(), n);
  for (std::int64_t n : signed_numbers) EXPECT_EQ(in.zigzag(), n);
  EXPECT_EQ(in.real(), -0.1);
  EXPECT_EQ(in.text(), "payment");
  EXPECT_EQ(in.big_endian64(), 42u);
  EXPECT_EQ(in.little_endian32(), 7u);
  EXPECT_EQ(in.fixed8(), 255);
  EXPECT_EQ(in.sketch(), sketch);
  EXPECT_TRUE(in.whole());

  for (std::size_t length = 0; length < out.bytes().size(); ++length) {
    ByteReader cut(std::string_view(out.bytes()).substr(0, length));
    for (std::size_t i = 0; i < std::size(numbers); ++i) cut.varint();
    for (std::size_t i = 0; i < std::size(signed_numbers); ++i) cut.zigzag();
    cut.real(), cut.text(), cut.big_endian64(), cut.little_endian32(), cut.fixed8(), cut.sketch();
    EXPECT_FALSE(cut.whole()) << length;
  }
}

TEST(Bytes, ALengthThatLiesAllocatesNothing) {
  ByteWriter out;
  out.varint(~std::uint64_t{0});
  ByteReader list(out.bytes()), text(out.bytes()), sketch(out.bytes());
  EXPECT_EQ(list.list_length(), 0u);
  EXPECT_EQ(text.text(), "");
  EXPECT_EQ(sketch.sketch(), DurationSketch{});
  EXPECT_FALSE(list.good() || text.good() || sketch.good());
}

}  // namespace
}  // namespace nightjar
