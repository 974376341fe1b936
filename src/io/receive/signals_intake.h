// io/receive/signals_intake.h
// The way of a telemetry body, the same for each door: inflate within a limit, judge, journal; only then is the sender
// told. Runs on the doorway's pool; `done` on the pool or on the thread of the Inbox.
#pragma once

#include <functional>
#include <string>

#include "io/receive/doorway.h"
#include "wire/compression/inflate.h"

namespace nightjar {

struct SignalsBody {
  Encoding encoding = Encoding::otlp_traces_protobuf;
  Compression compression = Compression::none;
  std::string bytes;  // as sent
  std::string principal;
  std::size_t inflated_limit_bytes = 0;
  ByteHold hold;  // of `bytes`
  // Said by the door about everything in the body; what the principal's token forces is added and is stronger.
  Attributes labels = {};
};

struct SignalsOutcome {
  absl::Status status;  // OK: durable, or nothing in it needed to be kept
  Verdict verdict;
  std::string beginning;                                     // of the bytes as sent, for the ledger; only when refused
  Timestamp newest;                                          // the latest time in it
  std::uint64_t samples = 0, histograms = 0, exemplars = 0;  // remote write 2: what was stored
};

void take_signals(Doorway& doorway, SignalsBody body, std::function<void(SignalsOutcome)> done);

}  // namespace nightjar
