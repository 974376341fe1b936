#include "wire/compression/inflate.h"

#include <random>

#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include "base/text.h"

namespace nightjar {
namespace {

constexpr std::size_t kLimit = 1 << 20;

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view bytes, int window_log = 0, bool declare_size = true) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, declare_size ? 1 : 0);
  if (window_log != 0) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  ZSTD_outBuffer piece{out.data(), out.size(), 0};
  // Not in one call: the encoder would make the window as small as the content.
  while (in.pos < in.size) ZSTD_compressStream2(context, &piece, &in, ZSTD_e_continue);
  while (ZSTD_compressStream2(context, &piece, &in, ZSTD_e_end) != 0) {
  }
  out.resize(piece.pos);
  ZSTD_freeCCtx(context);
  return out;
}

std::string snappy_block(std::string_view bytes) {
  std::string out;
  snappy::Compress(bytes.data(), bytes.size(), &out);
  return out;
}

std::string compress(Compression kind, std::string_view bytes) {
  switch (kind) {
    case Compression::none:
      return std::string(bytes);
    case Compression::gzip:
      return gzip(bytes);
    case Compression::zstd:
      return zstd(bytes);
    case Compression::snappy_block:
      return snappy_block(bytes);
  }
  return {};
}

std::string mixed_text(std::size_t size) {
  std::mt19937 random(7);
  std::string text;
  while (text.size() < size) text += fmt::format("http_requests_total{{code=\"{}\"}} ", random() % 500);
  text.resize(size);
  return text;
}

constexpr Compression kAll[] = {Compression::none, Compression::gzip, Compression::zstd, Compression::snappy_block};
constexpr Compression kPacked[] = {Compression::gzip, Compression::zstd, Compression::snappy_block};

TEST(Inflate, gives_back_what_was_compressed) {
  for (Compression kind : kAll) {
    for (std::size_t size : {0, 1, 63, 4096, 70'000, 1 << 20}) {
      const std::string text = mixed_text(size);
      const auto out = inflate(kind, compress(kind, text), kLimit);
      ASSERT_TRUE(out.ok()) << word(kind) << " " << size << ": " << message_of(out.status());
      EXPECT_EQ(*out, text);
    }
  }
}

TEST(Inflate, stops_one_byte_over_the_limit) {
  for (Compression kind : kAll) {
    for (std::size_t limit : {std::size_t{0}, std::size_t{100}, std::size_t{70'000}, kLimit}) {
      EXPECT_TRUE(inflate(kind, compress(kind, mixed_text(limit)), limit).ok()) << word(kind) << " " << limit;
      const auto over = inflate(kind, compress(kind, mixed_text(limit + 1)), limit);
      ASSERT_FALSE(over.ok()) << word(kind) << " " << limit;
      EXPECT_EQ(over.status().code(), absl::StatusCode::kResourceExhausted) << word(kind) << " " << over.status();
    }
  }
}

TEST(Inflate, bomb_is_too_large) {
  const std::string zeros(64 << 20, '\0');
  for (Compression kind : kPacked) {
    const auto out = inflate(kind, compress(kind, zeros), kLimit);
    ASSERT_FALSE(out.ok());
    EXPECT_EQ(out.status().code(), absl::StatusCode::kResourceExhausted) << word(kind) << " " << out.status();
  }
}

TEST(Inflate, every_truncation_is_refused) {
  const std::string text = mixed_text(3000);
  for (Compression kind : kPacked) {
    const std::string whole = compress(kind, text);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto out = inflate(kind, std::string_view(whole).substr(0, size), kLimit);
      ASSERT_FALSE(out.ok()) << word(kind) << " cut at " << size;
      EXPECT_EQ(out.status().code(), absl::StatusCode::kInvalidArgument) << word(kind) << " " << out.status();
    }
  }
}

TEST(Inflate, what_follows_is_refused) {
  for (Compression kind : kPacked) {
    const std::string whole = compress(kind, mixed_text(500));
    EXPECT_FALSE(inflate(kind, whole + "x", kLimit).ok()) << word(kind);
    EXPECT_FALSE(inflate(kind, "x" + whole, kLimit).ok()) << word(kind);
  }
}

TEST(Inflate, members_and_frames_are_joined) {
  EXPECT_EQ(inflate(Compression::gzip, gzip("one ") + gzip("two"), kLimit).value(), "one two");
  EXPECT_EQ(inflate(Compression::zstd, zstd("one ") + zstd("two"), kLimit).value(), "one two");
  EXPECT_FALSE(inflate(Compression::gzip, gzip(std::string(600, 'a')) + gzip(std::string(600, 'b')), 1000).ok());
  EXPECT_FALSE(inflate(Compression::zstd, zstd(std::string(600, 'a')) + zstd(std::string(600, 'b')), 1000).ok());
}

TEST(Inflate, zstd_window_is_bounded) {
  const std::string text = mixed_text(9 << 20);
  EXPECT_TRUE(inflate(Compression::zstd, zstd(text, 23, false), 16 << 20).ok());
  const auto wide = inflate(Compression::zstd, zstd(text, 24, false), 16 << 20);
  ASSERT_FALSE(wide.ok());
  EXPECT_EQ(wide.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Inflate, snappy_that_declares_more_than_it_can_hold_is_refused_before_it_costs_memory) {
  std::string lie("\xff\xff\xff\x07\x00\x61", 6);  // 16 MiB in six bytes
  const auto out = inflate(Compression::snappy_block, lie, 32 << 20);
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(message_of(out.status())), testing::HasSubstr("declares more than it can hold"));
  // The framed format begins with a chunk that the block format does not know.
  EXPECT_FALSE(inflate(Compression::snappy_block, std::string("\xff\x06\x00\x00sNaPpY", 10), kLimit).ok());
  // The densest honest block.
  const std::string zeros(1 << 20, '\0');
  EXPECT_TRUE(inflate(Compression::snappy_block, snappy_block(zeros), 1 << 20).ok());
}

TEST(ContentEncoding, names) {
  EXPECT_EQ(parse_content_encoding("").value(), Compression::none);
  EXPECT_EQ(parse_content_encoding("identity").value(), Compression::none);
  EXPECT_EQ(parse_content_encoding(" GZIP ").value(), Compression::gzip);
  EXPECT_EQ(parse_content_encoding("zstd").value(), Compression::zstd);
  EXPECT_EQ(parse_content_encoding("snappy").value(), Compression::snappy_block);
  for (const char* refused : {"gzip, gzip", "br", "gzip,zstd", "\xff"}) {
    const auto parsed = parse_content_encoding(refused);
    ASSERT_FALSE(parsed.ok()) << refused;
    EXPECT_THAT(std::string(message_of(parsed.status())), testing::HasSubstr("gzip, zstd, snappy or none"));
  }
}

}  // namespace
}  // namespace nightjar
