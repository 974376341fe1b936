// Files of targets: the first byte chooses JSON or YAML. What is taken keeps the promises of its header.
#include <cstdint>

#include "base/check.h"
#include "base/text.h"
#include "wire/prometheus/file_sd.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace nightjar;
  if (size == 0) return 0;
  const TargetsFormat format = bytes[0] % 2 == 0 ? TargetsFormat::json : TargetsFormat::yaml;
  const auto groups = parse_target_groups(format, {reinterpret_cast<const char*>(bytes) + 1, size - 1}, "targets");
  if (!groups.ok()) return 0;
  for (const TargetGroup& group : *groups) {
    for (const std::string& target : group.targets) CHECK(is_target_address(target));
    CHECK(check_target_labels(group.labels).ok());
  }
  return 0;
}
