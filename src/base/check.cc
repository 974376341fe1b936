#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace nightjar {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "nightjar: CHECK failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace nightjar
