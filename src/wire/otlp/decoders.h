// wire/otlp/decoders.h
// The three signals of OTLP protobuf. Called by wire/otlp/otlp.cc with bodies the judge accepted; throw
// protozero::exception on others. Pure.
#pragma once

#include <cstring>
#include <string_view>
#include <vector>

#include "model/signals.h"
#include "wire/series_catalogue.h"

namespace nightjar::otlp {

std::vector<Signals> decode_traces(std::string_view body, const Verdict& verdict);
std::vector<Signals> decode_metrics(std::string_view body, const Verdict& verdict, SeriesCatalogue& catalogue);
std::vector<Signals> decode_logs(std::string_view body, const Verdict& verdict);

// Trace and span ids. Another length is as good as none: absent ones arrive as empty fields.
template <std::size_t size>
std::array<unsigned char, size> read_id(std::string_view bytes) {
  std::array<unsigned char, size> id{};
  if (bytes.size() == size) std::memcpy(id.data(), bytes.data(), size);
  return id;
}

// Times beyond what fits are refused by the judge, but start times are not judged.
inline Timestamp read_time(std::uint64_t ns) {
  return {ns > static_cast<std::uint64_t>(INT64_MAX) ? 0 : static_cast<std::int64_t>(ns)};
}

}  // namespace nightjar::otlp
