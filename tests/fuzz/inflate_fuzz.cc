// Compressed bodies: the first byte chooses the coding. Never more than the limit comes out.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "wire/compression/inflate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace nightjar;
  if (size == 0) return 0;
  constexpr Compression kKinds[] = {Compression::gzip, Compression::zstd, Compression::snappy_block, Compression::none};
  constexpr std::size_t kLimit = 1 << 16;
  const std::string_view body(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const auto out = inflate(kKinds[bytes[0] % 4], body, kLimit);
  CHECK(!out.ok() || out->size() <= kLimit);
  CHECK(out.ok() || is_utf8(message_of(out.status())));
  const auto coding = parse_content_encoding(body);
  CHECK(coding.ok() || is_utf8(message_of(coding.status())));
  return 0;
}
