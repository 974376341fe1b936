// Every alert decoder with arbitrary bytes; the first chooses which. No crash, and what comes out is an alert: it has a
// name to be known by and does not end before it begins.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "tests/fuzz/alert_senders.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const nightjar::Timestamp now{1'795'560'640'000'000'000};
  const auto& sender =
      nightjar::kAlertSenders[static_cast<std::size_t>(data[0] - 'a') % std::size(nightjar::kAlertSenders)];
  const auto received = sender.parse(body, now, nightjar::AlertLimits{});
  if (!received.ok()) return 0;
  CHECK(received->ignored.empty() || received->alerts.empty());
  for (const nightjar::Alert& alert : received->alerts) {
    CHECK(!alert.labels.empty() && alert.labels.size() <= 64);
    CHECK(!alert.sender.empty());
    CHECK(!alert.ends_at || *alert.ends_at >= alert.starts_at);
  }
  return 0;
}
