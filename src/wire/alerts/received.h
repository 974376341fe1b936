// wire/alerts/received.h
// What every decoder of this room gives for one body: the alerts in it and what was left out, with the reason. One file
// per sender; each is a pure function of the bytes and of the time they came, so a body can be tried again. Called by
// io/receive on its own threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "model/alert.h"

namespace nightjar {

struct AlertLimits {
  std::size_t body_bytes = 1 << 20;
  std::size_t alerts = 100'000;
  std::size_t labels = 64;            // of one alert
  std::size_t name_bytes = 256;       // of a label or annotation
  std::size_t value_bytes = 4 << 10;  // longer: cut and marked with "…"
};

struct RefusedAlert {
  std::size_t index = 0;
  std::string reason;
};

struct ReceivedAlerts {
  std::vector<Alert> alerts;
  std::vector<RefusedAlert> refused;
  std::uint64_t truncated = 0;    // how many more the sender has and did not send
  std::string_view ignored = {};  // set: understood and of no interest, and why ("acknowledged by a person")
};
ReceivedAlerts one_alert(Alert alert);
ReceivedAlerts ignored_because(std::string_view why);  // a text that lives for ever

// `received_at` is wall time at the door. INVALID_ARGUMENT: not what this sender sends; the text says what to set
// there. RESOURCE_EXHAUSTED: over a limit.
using ParseAlerts = absl::StatusOr<ReceivedAlerts> (*)(std::string_view body, Timestamp received_at,
                                                       const AlertLimits& limits);

// Of labels that are sorted by name: the same in every process and release.
std::uint64_t alert_fingerprint(const Attributes& sorted_labels);

}  // namespace nightjar
