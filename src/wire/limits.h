// wire/limits.h
// How much of one request is taken. Limits belong to the door: it hands them to judge() and may take them from the
// operator's file. The constants belong to the decoder: what it cuts must be cut the same way when an old body is
// replayed under new limits, so they are not settings. Pure values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace nightjar {

struct Limits {
  std::size_t compressed_bytes = 16u << 20;  // as received
  std::size_t otlp_bytes = 20u << 20;        // decompressed; protobuf and JSON, HTTP and gRPC
  std::size_t other_bytes = 32u << 20;       // decompressed; remote write and the rest

  // Of one request; over any of them the whole request is refused (too_large).
  std::uint32_t series = 20'000;         // remote write
  std::uint32_t items = 200'000;         // spans, log records, data points, samples
  std::uint32_t attributes = 2'000'000;  // together: a body of empty attributes would grow thirteenfold when decoded
  std::uint32_t buckets = 2'000'000;     // of all histograms together: one byte each on the wire, 16 decoded
  std::uint32_t symbols = 400'000;       // remote write 2
  // What decoding writes again for each item: a series' labels for every sample (version 2 sends a text once for all
  // series), a resource for every scope, a metric's name for every point. A body of 3 MB could ask for 5 GB.
  std::size_t copied_bytes = 256u << 20;

  // Of one item (of one resource: all its items); over it the item is rejected and the others are kept.
  std::uint32_t labels_per_item = 64;       // remote write
  std::uint32_t attributes_per_item = 128;  // OTLP: per span, event, record, point, resource; links of a span too
  std::size_t name_bytes = 256;             // of a label, an attribute, a metric

  std::uint32_t depth = 32;  // values nested in values; deeper: the whole request is refused (invalid_argument)

  // Times further ahead of the wall clock are a broken clock, and would hold windows open: the item is rejected.
  Duration ahead = minutes(10);
  // Older than this is past the signals' retention: the item is rejected. Absent: any age is taken, and counted as late
  // by the engine. The door fills it in, because only the configuration knows the retention.
  std::optional<Duration> signal_retention;
};

// Longer text is cut at a code point and marked with "…".
constexpr std::size_t kValueBytes = 4096;     // attribute and label values, span names, messages
constexpr std::size_t kLogLineBytes = 65536;  // a log record's body

}  // namespace nightjar
