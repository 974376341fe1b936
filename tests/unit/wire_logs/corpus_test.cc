// The fuzz targets' own seeds, so that every build plays them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/fuzz/log_bodies.h"

namespace nightjar {
namespace {

TEST(LogCorpus, EverySeedHolds) {
  int seeds = 0;
  for (const char* folder : {"log_lines", "loki", "syslog"})
    for (const auto& file :
         std::filesystem::directory_iterator(std::string(NIGHTJAR_SOURCE_DIR "/tests/fuzz/corpus/") + folder)) {
      std::ifstream in(file.path(), std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(in)), {});
      if (folder == std::string("log_lines")) try_line_batch(bytes);
      if (folder == std::string("loki")) try_loki_push(bytes);
      if (folder == std::string("syslog")) try_syslog_stream(bytes);
      ++seeds;
    }
  EXPECT_GE(seeds, 9);
}

}  // namespace
}  // namespace nightjar
