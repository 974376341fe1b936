// Streams of syslog, framed and read.
#include "tests/fuzz/log_bodies.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  nightjar::try_syslog_stream({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
