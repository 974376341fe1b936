// store/rollups/rollup_keys.h
// Keys of the rollups: tier (1) | kind (1) | length of the service's name (2, big endian) | name | window start (8, big
// endian). So one service's windows of one kind lie next to each other in time, and a chart is one sweep. Used only by
// store/rollups.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "model/ids.h"

namespace nightjar {

// Fine: windows as they were closed. Coarse: five minutes of them added up, kept for months.
enum class Tier : char { fine = 'f', coarse = 'c', newest = 'n' };
enum class Kind : char {
  window = 'W',        // was it closed at all, and how long is it; no service
  total = 'T',         // all requests of the service together
  requests = 'R',      // by operation, version, instance
  dependencies = 'D',  // of the caller
  statements = 'S',
  patterns = 'P',
  expected = 'E',
  anomalies = 'A',
  // Tier::newest, by name or id instead of by window:
  statement_text = 's',
  pattern_text = 'p',
  forecast = 'F',
  slo = 'O',
  data_quality = 'Q',
};

std::string rollup_prefix(Tier tier, Kind kind);
std::string rollup_prefix(Tier tier, Kind kind, std::string_view service);
std::string rollup_key(Tier tier, Kind kind, std::string_view service, Timestamp start);
// Of Tier::newest: `id` is a number or a name.
std::string newest_key(Kind kind, std::string_view service, std::uint64_t id);
std::string newest_key(Kind kind, std::string_view service, std::string_view id);

std::string_view service_of_key(std::string_view key);
Timestamp start_of_key(std::string_view key);
// The smallest key after everything that begins with `prefix`.
std::string after_prefix(std::string prefix);

}  // namespace nightjar
