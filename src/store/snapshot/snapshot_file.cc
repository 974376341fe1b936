#include "store/snapshot/snapshot_file.h"

#include <zstd.h>

#include "base/text.h"
#include "store/bytes/bytes.h"
#include "store/bytes/crc32c.h"

namespace nightjar {
namespace {

constexpr std::string_view kMagic = "NJSNAP1\n";
constexpr std::size_t kHeader = 48, kChecked = 12;
// Level 1: the state is mostly small numbers in wide fields, which the fastest level already takes out; the higher ones
// cost several times the time for a few percent (docs/decisions.md has the figures).
constexpr int kLevel = 1;
// More than any state fits in memory; a length beyond it is damage that the checksum happened to miss.
constexpr std::uint64_t kMost = 16ull << 30;

absl::Status damaged(std::string_view how) {
  return {absl::StatusCode::kDataLoss, to_absl(fmt::format("is damaged ({})", how))};
}

std::string compress(std::string_view bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), kLevel);
  packed.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return packed;
}

}  // namespace

std::string pack_snapshot(const Snapshot& snapshot) {
  const std::string packed = compress(snapshot.bytes);
  const bool pays = !packed.empty() && packed.size() < snapshot.bytes.size();
  const std::string_view content = pays ? packed : snapshot.bytes;
  ByteWriter header;
  header.little_endian32(pays ? 1 : 0);
  header.little_endian64(snapshot.sequence);
  header.little_endian64(static_cast<std::uint64_t>(snapshot.engine_time.ns));
  header.little_endian64(snapshot.bytes.size());
  header.little_endian64(content.size());
  ByteWriter file;
  file.raw(kMagic);
  file.little_endian32(crc32c(content, crc32c(header.bytes())));
  file.raw(header.bytes());
  file.raw(content);
  return file.take();
}

absl::StatusOr<Snapshot> unpack_snapshot(std::string_view file) {
  ByteReader in(file);
  if (in.raw(kMagic.size()) != kMagic)
    return file.size() < kHeader ? damaged(fmt::format("it has {} bytes", file.size()))
                                 : failed_precondition("is not a snapshot of this version of nightjar");
  const std::uint32_t checksum = in.little_endian32();
  const std::uint32_t packing = in.little_endian32();
  Snapshot snapshot;
  snapshot.sequence = in.little_endian64();
  snapshot.engine_time.ns = static_cast<std::int64_t>(in.little_endian64());
  const std::uint64_t size = in.little_endian64(), stored = in.little_endian64();
  if (!in.good() || in.rest().size() != stored)
    return damaged(fmt::format("{} bytes of {} are there", file.size(), kHeader + stored));
  if (crc32c(file.substr(kChecked)) != checksum) return damaged("its checksum differs");
  if (packing > 1 || size > kMost) return failed_precondition("is packed in a way this version does not know");
  if (packing == 0) {
    snapshot.bytes = in.rest();
    return snapshot;
  }
  snapshot.bytes.resize(size);
  const std::size_t got = ZSTD_decompress(snapshot.bytes.data(), size, in.rest().data(), in.rest().size());
  if (ZSTD_isError(got) != 0 || got != size) return damaged("it cannot be unpacked");
  return snapshot;
}

}  // namespace nightjar
