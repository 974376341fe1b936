// wire/otlp/otlp.h
// judge() and decode() of wire/decode.h for the six OTLP encodings. JSON is first rewritten as protobuf (json.h), so
// that there is one judge and one decoder and the two formats cannot differ. Pure; any thread.
#pragma once

#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "base/time.h"
#include "model/signals.h"
#include "wire/limits.h"
#include "wire/series_catalogue.h"

namespace nightjar {

absl::StatusOr<Verdict> judge_otlp(Encoding encoding, std::string_view body, const Limits& limits, Timestamp wall_now,
                                   Timestamp* newest = nullptr);
absl::StatusOr<std::vector<Signals>> decode_otlp(Encoding encoding, std::string_view body, const Verdict& verdict,
                                                 SeriesCatalogue& catalogue);

}  // namespace nightjar
