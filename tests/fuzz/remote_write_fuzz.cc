// Prometheus remote write: the first byte chooses the version, the rest is the body. The headers of version 2 count
// what the verdict counts.
#include "tests/fuzz/judged.h"
#include "wire/prometheus/remote_write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace nightjar;
  if (size == 0) return 0;
  const bool one = bytes[0] % 2 == 0;
  const Encoding encoding = one ? Encoding::remote_write_1 : Encoding::remote_write_2;
  const std::string_view body(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  judge_then_decode(encoding, body);
  const auto verdict = judge(encoding, body, {}, {1'795'560'600'000'000'000});
  if (!verdict.ok()) return 0;
  const auto written = count_written(one ? RemoteWriteVersion::one : RemoteWriteVersion::two, body, *verdict);
  CHECK(written.ok());
  CHECK(written->samples + written->histograms == verdict->accepted);
  return 0;
}
