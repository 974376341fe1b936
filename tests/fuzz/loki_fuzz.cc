// Loki pushes, protobuf and JSON.
#include "tests/fuzz/log_bodies.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  nightjar::try_loki_push({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
