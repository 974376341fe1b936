// wire/loki/loki.h
// Loki's push API, protobuf (already out of its snappy block) and JSON. Items are entries, in body order. A stream
// whose labels cannot be read costs its entries; the others are kept. Lines need not be UTF-8: they are repaired, not
// refused. Called by wire/decode.cc. Pure; any thread. Source: Loki's pkg/push/push.proto and its HTTP API, "Ingest
// logs".
#pragma once

#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "model/signals.h"
#include "wire/limits.h"

namespace nightjar {

absl::StatusOr<Verdict> judge_loki(Encoding encoding, std::string_view body, const Limits& limits, Timestamp wall_now);
// One Signals per stream with an accepted entry. Entries of a stream that belong together are one LogRecord
// (wire/logs/record_joiner.h). `labels` of the door win over the stream's.
absl::StatusOr<std::vector<Signals>> decode_loki(Encoding encoding, std::string_view body, const Verdict& verdict,
                                                 const Attributes& labels);

}  // namespace nightjar
