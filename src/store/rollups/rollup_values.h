// store/rollups/rollup_values.h
// Values of the rollups: a version byte, then lists of model nouns as varints and texts. The service is in the key and
// not repeated; texts of statements and patterns are kept once (Kind::statement_text). Decoders return false when the
// bytes are not what the encoder wrote. Used only by store/rollups.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/anomaly.h"
#include "model/rollup.h"

namespace nightjar {

std::string encode_counts(const RequestCounts& counts);
bool decode_counts(std::string_view bytes, RequestCounts& counts);

std::string encode_list(std::span<const RequestRollup> list);
std::string encode_list(std::span<const DependencyRollup> list);
std::string encode_list(std::span<const StatementRollup> list);
std::string encode_list(std::span<const PatternRollup> list);
std::string encode_list(std::span<const ExpectedValue> list);
std::string encode_list(std::span<const Anomaly> list);
// Appends to `list`; `service` fills what the key told.
bool decode_list(std::string_view bytes, const ServiceName& service, std::vector<RequestRollup>& list);
bool decode_list(std::string_view bytes, const ServiceName& service, std::vector<DependencyRollup>& list);
bool decode_list(std::string_view bytes, const ServiceName& service, std::vector<StatementRollup>& list);
bool decode_list(std::string_view bytes, const ServiceName& service, std::vector<PatternRollup>& list);
bool decode_list(std::string_view bytes, const ServiceName& service, std::vector<ExpectedValue>& list);
bool decode_list(std::string_view bytes, const ServiceName& service, std::vector<Anomaly>& list);

// When a statement or pattern was first seen, and what it says.
struct FirstSeen {
  Timestamp at;
  std::string version, text, detail;  // detail: the table, or an example line
};
std::string encode(const FirstSeen& seen);
bool decode(std::string_view bytes, FirstSeen& seen);

std::string encode(const Forecast& forecast);
bool decode(std::string_view bytes, Forecast& forecast);
std::string encode(const SloStatus& status);
bool decode(std::string_view bytes, SloStatus& status);
std::string encode(const DataQuality& quality);
bool decode(std::string_view bytes, DataQuality& quality);

}  // namespace nightjar
