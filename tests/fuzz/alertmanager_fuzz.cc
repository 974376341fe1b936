// Both alert doors with arbitrary bytes: no crash, and each item is either an alert or refused.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "wire/alerts/alertmanager.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const nightjar::Timestamp now{1'764'024'640'000'000'000};
  for (const auto& received : {nightjar::parse_alerts_v2(body, now), nightjar::parse_alert_webhook(body, now)}) {
    if (!received.ok()) continue;
    for (const nightjar::Alert& alert : received->alerts) {
      CHECK(!alert.labels.empty());
      CHECK(!alert.ends_at || *alert.ends_at >= alert.starts_at);
    }
  }
  return 0;
}
