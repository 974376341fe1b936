// base/check.h
// CHECK(condition): the programmer failed. On in production: a wrong answer acted upon costs more than a restart, and a
// restart replays the journal. For the world's failures return absl::Status instead (base/text.h).
#pragma once

namespace nightjar {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}

#define CHECK(condition)                                        \
  do {                                                          \
    if (!(condition)) [[unlikely]]                              \
      ::nightjar::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
