// wire/decode.h
// The two halves of every telemetry door. judge() runs at the door, before the body is journalled: one bounded pass
// that counts and checks and keeps nothing. decode() runs in the lane, and again in every replay: it builds the nouns
// and leaves out what the verdict rejected, without judging again. What judge() accepted, decode() accepts: a property
// the fuzz targets hold. Pure functions; any thread; bodies are borrowed for the call and already decompressed
// (wire/compression/inflate.h).
//
//   absl::StatusOr<Verdict> verdict = judge(Encoding::otlp_traces_protobuf, body, limits, wall_now);
//   if (!verdict.ok()) refuse(verdict.status());          // invalid_argument: 400; too_large: 413
//   journal.append(body, *verdict);                       // then answer: wire/otlp/response.h
//   std::vector<Signals> signals = *decode(encoding, body, *verdict);
#pragma once

#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "base/time.h"
#include "model/signals.h"
#include "wire/limits.h"
#include "wire/series_catalogue.h"

namespace nightjar {

// Items are numbered in body order: spans, log records, data points; for remote write samples and native histograms. A
// series or resource that breaks a limit costs all its items.
//   invalid_argument  the body cannot be read as what it claims to be; nothing of it was taken
//   too_large         the request as a whole is over a limit; nothing of it was taken; split it
// `newest`, when asked for: the latest time in the body, also of items that were rejected for it; unset when there is
// none. It tells how far a sender's clock is off, and is no part of the verdict.
absl::StatusOr<Verdict> judge(Encoding encoding, std::string_view body, const Limits& limits, Timestamp wall_now,
                              Timestamp* newest = nullptr);

// One Signals per resource and scope that has at least one accepted item, in body order; for remote write and scraped
// pages a single one. `catalogue` spares the building of series that came before. An item whose sender gave no time has
// time 0. Of logs that came line by line (Loki, log_lines) the lines of one stack trace are one LogRecord.
// `labels` are the door's (SignalsArrived::labels).
//   invalid_argument  never for a body with the verdict judge() gave it
absl::StatusOr<std::vector<Signals>> decode(Encoding encoding, std::string_view body, const Verdict& verdict,
                                            const Attributes& labels, SeriesCatalogue& catalogue);
// The same with a catalogue of its own, whose series the first of the Signals keeps: for a single body.
absl::StatusOr<std::vector<Signals>> decode(Encoding encoding, std::string_view body, const Verdict& verdict,
                                            const Attributes& labels = {});

}  // namespace nightjar
