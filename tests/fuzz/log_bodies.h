// What the fuzz targets of logs do with their bytes; the unit tests play the corpus through the same functions.
#pragma once

#include "tests/fuzz/judged.h"
#include "wire/logs/line_batch.h"
#include "wire/syslog/syslog_framer.h"
#include "wire/syslog/syslog_message.h"

namespace nightjar {

inline void try_line_batch(std::string_view bytes) { judge_then_decode(Encoding::log_lines, bytes); }

// The first byte chooses protobuf or JSON.
inline void try_loki_push(std::string_view bytes) {
  if (bytes.empty()) return;
  judge_then_decode(bytes[0] % 2 == 0 ? Encoding::loki_protobuf : Encoding::loki_json, bytes.substr(1));
}

// The first byte says how the stream is chopped: the frames must not depend on it. Each goes through a batch of lines.
inline void try_syslog_stream(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t step = 1 + static_cast<unsigned char>(bytes[0]);
  bytes.remove_prefix(1);
  const Timestamp now{1'795'560'600'000'000'000};
  const auto frames_in_steps = [&](std::size_t size) {
    syslog::Framer framer;
    std::vector<std::string> frames;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      framer.push(bytes.substr(at, size));
      while (auto frame = framer.next()) frames.push_back(std::move(frame->bytes));
    }
    while (auto frame = framer.last()) frames.push_back(std::move(frame->bytes));
    CHECK(framer.pending_bytes() <= bytes.size());
    return frames;
  };
  const std::vector<std::string> frames = frames_in_steps(step);
  CHECK(frames == frames_in_steps(bytes.size() + 1));
  std::string batch;
  for (std::size_t i = 0; i < frames.size() && i < 64; ++i) {
    CHECK(!frames[i].empty());
    append_line(batch, {LineKind::syslog, false, false, false, now, "10.0.0.7", frames[i]});
  }
  if (!batch.empty()) judge_then_decode(Encoding::log_lines, batch);
}

}  // namespace nightjar
