// Bodies of tools nobody knows: through two mappings, and as the sample of a proposal. With the first byte 'p' the rest
// is a path instead.
#include <cstdint>

#include "base/check.h"
#include "base/text.h"
#include "wire/mapping/mapping.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace nightjar;
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  if (bytes[0] == 'p') {
    JsonPath::parse(rest).status().IgnoreError();
    return 0;
  }
  static const std::vector<Mapping> mappings = [] {
    Mapping alert{.kind = MappedKind::alert};
    alert.when.push_back({*JsonPath::parse("$.severity"), {"*"}});
    for (const char* field : {"name", "service", "labels", "status", "at", "id"})
      alert.fields[field].push_back({*JsonPath::parse(std::string("$.") + field), ""});
    Mapping change{.kind = MappedKind::change};
    change.each = *JsonPath::parse("$.items");
    for (const char* field : {"service", "version", "status", "at", "kind", "finished_at"})
      change.fields[field].push_back({*JsonPath::parse(std::string("$.") + field), ""});
    return std::vector<Mapping>{alert, change};
  }();
  const Timestamp now{1'795'560'600'000'000'000};
  const auto events = apply_mappings(mappings, "tool", rest, now);
  if (events.ok()) {
    for (const Alert& alert : events->alerts)
      CHECK(is_utf8(alert.name) && !alert.name.empty() && alert.starts_at <= now);
    for (const ChangeEvent& event : events->changes)
      CHECK(is_utf8(event.service.value) && !event.key.empty() && event.started_at <= now);
  }
  const auto proposal = propose_mapping("tool", rest, std::nullopt);
  if (proposal.ok()) CHECK(is_utf8(*proposal));
  return 0;
}
