// wire/compression/inflate.h
// Bodies as senders compress them, back into bytes, never more of them than the caller allows: a bomb costs its limit,
// not its promise. Called by the doors before judge(). Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "model/signals.h"

namespace nightjar {

// The name in a Content-Encoding header: "identity", "gzip", "zstd", "snappy".
std::string_view word(Compression kind);

// Of a Content-Encoding or grpc-encoding header; "" and "identity": none. One layer only: "gzip, gzip" is refused.
//   invalid_argument  a coding we do not take; the message names those we do
absl::StatusOr<Compression> parse_content_encoding(std::string_view header);

// gzip: all members, nothing behind them. zstd: all frames, window <= 8 MiB. snappy: the block format of Prometheus
// remote write, never the framed one; its declared length is checked before anything is allocated.
//   too_large         more than `limit_bytes` when decompressed
//   invalid_argument  broken, cut short, or followed by something else
absl::StatusOr<std::string> inflate(Compression kind, std::string_view bytes, std::size_t limit_bytes);

// snappy_block of any bytes: for what came without a compression and is to be kept.
std::string deflate_fast(std::string_view bytes);

}  // namespace nightjar
