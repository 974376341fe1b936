#include "wire/compression/inflate.h"

#include <algorithm>
#include <cctype>
#include <memory>

#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include "base/check.h"
#include "base/text.h"

namespace nightjar {
namespace {

constexpr int kZstdWindowLog = 23;  // 8 MiB

absl::Status over_limit(Compression kind, std::size_t limit_bytes) {
  return too_large("{} body is more than {} bytes when decompressed; send smaller requests", word(kind), limit_bytes);
}
absl::Status broken(Compression kind, std::string_view why) {
  return invalid_argument("{} body cannot be decompressed: {}; nothing of it was kept", word(kind), why);
}

// Output that grows as real bytes arrive, so that memory follows what was sent and not what was promised. One byte over
// the limit is allowed for, to tell "exactly full" from "more to come".
class BoundedOutput {
 public:
  BoundedOutput(std::size_t first_guess, std::size_t limit_bytes) : limit_(limit_bytes) {
    bytes_.resize(std::clamp<std::size_t>(first_guess, 4096, std::max<std::size_t>(limit_ + 1, 4096)));
  }
  char* tail() { return bytes_.data() + used_; }
  std::size_t room() const { return bytes_.size() - used_; }
  void wrote(std::size_t count) { used_ += count; }
  bool over() const { return used_ > limit_; }
  void make_room() {
    if (room() > 0) return;
    bytes_.resize(std::min(bytes_.size() * 2, std::max<std::size_t>(limit_ + 1, bytes_.size() + 1)));
  }
  std::string take() {
    bytes_.resize(used_);
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
  std::size_t used_ = 0, limit_;
};

absl::StatusOr<std::string> inflate_gzip(std::string_view bytes, std::size_t limit_bytes) {
  CHECK(bytes.size() < (std::size_t{1} << 32));  // zlib counts in 32 bits; the doors stop far below
  z_stream stream{};
  CHECK(inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK);
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib does not write to it
  stream.avail_in = static_cast<uInt>(bytes.size());
  BoundedOutput out(bytes.size() * 4, limit_bytes);
  for (;;) {
    out.make_room();
    stream.next_out = reinterpret_cast<Bytef*>(out.tail());
    const auto room = static_cast<uInt>(std::min<std::size_t>(out.room(), 1u << 30));
    stream.avail_out = room;
    const int result = ::inflate(&stream, Z_NO_FLUSH);
    out.wrote(room - stream.avail_out);
    if (out.over()) return over_limit(Compression::gzip, limit_bytes);
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0) return out.take();
      if (inflateReset(&stream) != Z_OK) return broken(Compression::gzip, "bad member");  // the next member
      continue;
    }
    if (result != Z_OK && result != Z_BUF_ERROR) {
      return broken(Compression::gzip, stream.msg != nullptr ? stream.msg : "not gzip");
    }
    if (stream.avail_in == 0 && stream.avail_out > 0) return broken(Compression::gzip, "it is cut short");
  }
}

absl::StatusOr<std::string> inflate_zstd(std::string_view bytes, std::size_t limit_bytes) {
  const unsigned long long declared = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (declared == ZSTD_CONTENTSIZE_ERROR) return broken(Compression::zstd, "not zstd");
  if (declared != ZSTD_CONTENTSIZE_UNKNOWN && declared > limit_bytes) return over_limit(Compression::zstd, limit_bytes);
  const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  CHECK(context != nullptr);
  CHECK(!ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kZstdWindowLog)));
  BoundedOutput out(bytes.size() * 4, limit_bytes);
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::size_t wanted = 0;  // 0: at the end of a frame
  for (;;) {
    out.make_room();
    ZSTD_outBuffer piece{out.tail(), out.room(), 0};
    wanted = ZSTD_decompressStream(context.get(), &piece, &in);
    out.wrote(piece.pos);
    if (out.over()) return over_limit(Compression::zstd, limit_bytes);
    if (ZSTD_isError(wanted)) return broken(Compression::zstd, ZSTD_getErrorName(wanted));
    if (in.pos == in.size && wanted == 0) return out.take();
    if (in.pos == in.size && piece.pos < piece.size) return broken(Compression::zstd, "it is cut short");
  }
}

absl::StatusOr<std::string> inflate_snappy(std::string_view bytes, std::size_t limit_bytes) {
  std::size_t declared = 0;
  if (!snappy::GetUncompressedLength(bytes.data(), bytes.size(), &declared)) {
    return broken(Compression::snappy_block, "not a snappy block");
  }
  if (declared > limit_bytes) return over_limit(Compression::snappy_block, limit_bytes);
  // The densest element is three bytes that copy 64, so a block that declares more than 64/3 of its size lies.
  if (declared > bytes.size() * 64 / 3) return broken(Compression::snappy_block, "it declares more than it can hold");
  std::string out(declared, '\0');
  if (!snappy::RawUncompress(bytes.data(), bytes.size(), out.data())) {
    return broken(Compression::snappy_block, "bad element, or not the block format");
  }
  return out;
}

}  // namespace

std::string_view word(Compression kind) {
  switch (kind) {
    case Compression::none:
      return "identity";
    case Compression::gzip:
      return "gzip";
    case Compression::zstd:
      return "zstd";
    case Compression::snappy_block:
      return "snappy";
  }
  return "";
}

absl::StatusOr<Compression> parse_content_encoding(std::string_view header) {
  std::string name;
  for (char c : header) {
    if (c != ' ' && c != '\t') name.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  if (name.empty() || name == "identity") return Compression::none;
  if (name == "gzip" || name == "x-gzip") return Compression::gzip;
  if (name == "zstd") return Compression::zstd;
  if (name == "snappy") return Compression::snappy_block;
  return invalid_argument("content encoding \"{}\" is not taken; send gzip, zstd, snappy or none, one layer",
                          cut(is_utf8(name) ? name : "?", 64));
}

absl::StatusOr<std::string> inflate(Compression kind, std::string_view bytes, std::size_t limit_bytes) {
  switch (kind) {
    case Compression::none:
      if (bytes.size() > limit_bytes) return over_limit(kind, limit_bytes);
      return std::string(bytes);
    case Compression::gzip:
      return inflate_gzip(bytes, limit_bytes);
    case Compression::zstd:
      return inflate_zstd(bytes, limit_bytes);
    case Compression::snappy_block:
      return inflate_snappy(bytes, limit_bytes);
  }
  CHECK(false && "unknown compression");
  return std::string();
}

std::string deflate_fast(std::string_view bytes) {
  std::string packed;
  snappy::Compress(bytes.data(), bytes.size(), &packed);
  return packed;
}

}  // namespace nightjar
