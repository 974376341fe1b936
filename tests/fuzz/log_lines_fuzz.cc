// Batches of lines, as the door of syslog and of tailed files journals them.
#include "tests/fuzz/log_bodies.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  nightjar::try_line_batch({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
