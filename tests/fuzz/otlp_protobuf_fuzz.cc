// OTLP protobuf: the first byte chooses the signal, the rest is the body.
#include "tests/fuzz/judged.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using nightjar::Encoding;
  if (size == 0) return 0;
  constexpr Encoding kEncodings[] = {Encoding::otlp_traces_protobuf, Encoding::otlp_metrics_protobuf,
                                     Encoding::otlp_logs_protobuf};
  const std::string_view body(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  nightjar::judge_then_decode(kEncodings[bytes[0] % 3], body);
  return 0;
}
